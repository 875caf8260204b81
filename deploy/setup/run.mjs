/**
 * `node deploy/setup/run.mjs COMMAND [args…]`: puts in place what COMMAND needs and runs it. This file only refuses a Node
 * that is too old for the rest, so it is written in a language that such a Node still reads.
 */
import process from 'node:process';

const OLDEST_NODE = 18;

if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
  process.stderr.write(
    'Node ' +
      String(OLDEST_NODE) +
      ' or newer is wanted for the set-up, and this is Node ' +
      process.versions.node +
      '. Install a newer one and run the same command again.\n',
  );
  process.exitCode = 1;
} else {
  void import('./main.mjs').then(async ({ main }) => {
    process.exitCode = await main(process.argv.slice(2));
  });
}
