import { readFile, writeFile } from 'node:fs/promises';
import { ed25519 } from '@noble/curves/ed25519.js';
import { InvalidArgumentError, type Command } from 'commander';
import { KeyFileError, makeKeyFile, readKeyFile } from '../../server/keys/key-file.ts';
import { CodedError } from '../../shared/protocol/errors.ts';
import { limits } from '../../shared/protocol/limits.ts';
import {
  openRegionList,
  signRegionList,
  type RegionList,
  type RegionListFlaw,
} from '../../shared/regions/region-list.ts';
import { fromBase64Url, toBase64Url, type Bytes } from '../../shared/support/bytes.ts';
import { readSource } from './source.ts';

/** How long a list is believed unless the operator says otherwise, and at most, in days. Whoever keeps an old one can show it for so long. */
const usualDays = 30;
const mostDays = 366;
const daySeconds = 86_400;

const help = `
The list says where the operator's routers are, and the key of each. Whoever starts a call gets the nearest of them.

  $ sotto regions keygen --key regions-key           once; keep the file off the routers
  $ cat routers.toml
  [[routers]]
  region = "frankfurt"
  url = "https://fra.calls.example"
  router_key = "…"                                   as sotto keygen prints it on that router
  $ sotto regions sign routers.toml --key regions-key --out regions.json
  $ sotto regions verify regions.json --key <public key>

Then give each router regions.json as regions_file, and the public key as regions_key. Of routers that are equally near, the
one that comes first in the list is taken.

Exit codes: 0 when all is well, 1 when something is not, and then it says what.`;

const flaws: Readonly<Record<RegionListFlaw, string>> = {
  'list-malformed': `It is no list of routers, or larger than ${limits.regionListBytes} bytes.`,
  'list-not-signed': 'It is not signed by this key, or was changed after it was.',
  'list-expired': 'It has expired. Sign it anew.',
};

/** `sotto regions`: makes and checks the signed list of an operator's routers. */
export function addRegionsCommand(program: Command): void {
  const regions = program
    .command('regions')
    .description('sign the list of your routers, so that each call starts on the nearest')
    .addHelpText('after', help);
  regions
    .command('keygen')
    .description('make the key that the list is signed with unless there is one, and print the public one')
    .requiredOption('--key <file>', 'where the secret key is')
    .option('--json', 'one line: { regionsKey, file, made }')
    .action(keygen);
  regions
    .command('sign')
    .argument('<file>', 'the routers, as TOML')
    .description('check and sign the list')
    .requiredOption('--key <file>', 'the secret key, as `sotto regions keygen` makes it')
    .requiredOption('--out <file>', 'where the signed list goes')
    .option('--days <number>', 'how long it is believed; sign it anew before', days, usualDays)
    .option('--json', 'one line: { expires, routers, regionsKey }')
    .action(sign);
  regions
    .command('verify')
    .argument('<file>', 'the signed list')
    .description('say what a signed list says, if it is to be believed')
    .requiredOption('--key <public key>', 'as `sotto regions keygen` prints it', publicKey)
    .option('--json', 'one line: { ok, expires, routers } or { ok, problem }')
    .action(verify);
}

async function keygen({ key: file, json }: { key: string; json?: true }): Promise<void> {
  const found = await secretKeyIn(file);
  const secretKey = found ?? new Uint8Array(ed25519.utils.randomSecretKey());
  if (found === undefined) await makeKeyFile(file, secretKey);
  const regionsKey = publicKeyOf(secretKey);
  process.stderr.write(json ? '' : `${found ? 'The key was' : 'A new key is'} in ${file}; the public one:\n`);
  process.stdout.write(`${json ? JSON.stringify({ regionsKey, file, made: found === undefined }) : regionsKey}\n`);
}

interface SignOptions {
  readonly key: string;
  readonly out: string;
  readonly days: number;
  readonly json?: true;
}

async function sign(source: string, { key, out, days: forDays, json }: SignOptions): Promise<void> {
  const secretKey = await secretKeyIn(key);
  if (secretKey === undefined) throw new Error(`There is no key in ${key}. Make it: sotto regions keygen --key ${key}`);
  const routers = [...readSource(await textOf(source))];
  const list: RegionList = { expires: Math.floor(Date.now() / 1_000) + forDays * daySeconds, routers };
  await writeFile(out, signRegionList(list, secretKey));
  const regionsKey = publicKeyOf(secretKey);
  process.stdout.write(
    json ? `${JSON.stringify({ ...list, regionsKey })}\n` : `${inWords(list)}\nSigned by ${regionsKey}, in ${out}.\n`,
  );
}

async function verify(file: string, { key, json }: { key: Bytes; json?: true }): Promise<void> {
  try {
    const list = openRegionList(await textOf(file), key, Date.now());
    process.stdout.write(`${json ? JSON.stringify({ ok: true, ...list }) : inWords(list)}\n`);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    const problem = flaws[(error as CodedError<RegionListFlaw>).code];
    process.stdout.write(json ? `${JSON.stringify({ ok: false, problem })}\n` : '');
    process.stderr.write(json ? '' : `${file}: ${problem}\n`);
    process.exitCode = 1;
  }
}

function inWords({ expires, routers }: RegionList): string {
  return [
    ...routers.map(({ region, url, routerKey }) => `${region}  ${url}  ${routerKey}`),
    `Believed until ${new Date(expires * 1_000).toISOString()}.`,
  ].join('\n');
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Error(`${file} cannot be read. Check its name and who may read it.`, { cause });
  }
}

async function secretKeyIn(file: string): Promise<Bytes | undefined> {
  try {
    return await readKeyFile(file);
  } catch (error) {
    if (!(error instanceof KeyFileError)) throw error;
    throw new Error(
      error.flaw === 'no-key'
        ? `${file} holds no key.`
        : `The key ${file} can be read by others. If nobody has, run: chmod 600 ${file}. Otherwise make another one, and give routers its public key.`,
      { cause: error },
    );
  }
}

function publicKeyOf(secretKey: Bytes): string {
  return toBase64Url(new Uint8Array(ed25519.getPublicKey(secretKey)));
}

function publicKey(text: string): Bytes {
  const key = fromBase64Url(text);
  if (key?.length !== 32) throw new InvalidArgumentError('Give a public key of 43 characters, not a file.');
  return key;
}

function days(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= mostDays) return number;
  throw new InvalidArgumentError(`Give a whole number of days from 1 to ${mostDays}.`);
}
