import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { DestinationStream } from 'pino';
import type { CallId } from '../shared/identity/call-id.ts';
import { protocolVersion } from '../shared/protocol/version.ts';
import { toBase64Url, type Bytes } from '../shared/support/bytes.ts';
import type { Clock } from '../shared/support/clock.ts';
import { openAdmission, type Admission, type TokenSettings } from './admission/admission.ts';
import { SelfCalls } from './admission/self-calls.ts';
import { Calls } from './calls/calls.ts';
import { canForget } from './forgetting/become-forgetful.ts';
import { Forgetter } from './forgetting/forgetter.ts';
import { scrub } from './forgetting/scrub.ts';
import { generatedCertificate } from './gateway/certificate.ts';
import { Gateway } from './gateway/gateway.ts';
import { Page } from './gateway/page.ts';
import { Renewal } from './gateway/renewal.ts';
import { loadRouterKey } from './keys/router-key.ts';
import { MediasoupPool } from './media/pool.ts';
import type { MediaPool } from './media/types.ts';
import { ListedRegions, noRegions, type RegionsWatcher } from './regions/regions.ts';
import { LoadMeter, udp } from './overload/load-meter.ts';
import { Overload } from './overload/overload.ts';
import { hasPassed, Reachability } from './self-call/reachability.ts';
import { readyWhen } from './self-call/readiness.ts';
import { transports, type SelfCall } from './self-call/result.ts';
import { SelfCaller } from './self-call/self-caller.ts';
import { Session, type SessionWatcher } from './session/session.ts';
import { isWildcard } from './settings/addresses.ts';
import type { Settings } from './settings/settings.ts';
import { systemClock } from './support/system-clock.ts';
import { Admin, type Readiness, type Ready } from './telemetry/admin.ts';
import { stepBelow } from './telemetry/batches.ts';
import { Control, type Expected, type Status } from './telemetry/control.ts';
import { Log } from './telemetry/log.ts';
import { Metrics } from './telemetry/metrics.ts';

/** What a test may put in the place of the real thing. */
export interface Overrides {
  readonly clock?: Clock;
  /** Puts something between the calls and the media engine, to watch or to lie. */
  readonly wrapMedia?: (pool: MediaPool) => MediaPool;
  readonly logDestination?: DestinationStream;
}

/** A router that is running. */
export interface Router extends AsyncDisposable {
  /** Where its page is: `http://localhost:7880/`. */
  readonly address: string;
  /** Its public X25519 key, 32 bytes: what invitations pin. */
  readonly routerKey: Bytes;
  readonly pageBuilt: boolean;
  /** Where its metrics are; undefined when none are served. */
  readonly metricsAddress: string | undefined;
  /** Whether any call runs. */
  busy(): boolean;
  /** How it is, as its operator may know it. */
  status(): Status;
  /**
   * Starts no more calls, tells those in the others that it stops in `ms`, and then closes; at once when no call is left.
   * A second time it can only be sooner. Resolves like `close`.
   */
  drain(ms: number): Promise<void>;
  /** Ends all sockets with `router-stopping`. Resolves when every media process is gone. */
  close(): Promise<void>;
  /** Resolves when it has closed, whoever told it to. */
  readonly stopped: Promise<void>;
}

/** Composes a router and starts it. Rejects with RouterKeyError, CertificateError, or with Node's error when it cannot listen. */
export async function startRouter(settings: Settings, overrides: Overrides = {}): Promise<Router> {
  const { clock = systemClock, wrapMedia = (pool: MediaPool) => pool, logDestination } = overrides;
  const log = new Log(settings.logLevel, logDestination);
  const metrics: Metrics = new Metrics({
    calls: () => calls.running,
    participants: () => calls.participants,
    mediaProcesses: () => engine.processes,
    traffic: () => engine.traffic(),
    datagrams: udp,
    certificateUntilMs: () => renewal?.untilMs,
  });
  const scrubbed = (pauseMs: number | undefined): void => {
    if (pauseMs === undefined) log.write('memory-not-scrubbed', {});
    else {
      log.write('memory-scrubbed', { pauseMs: Math.round(pauseMs) });
      metrics.scrubbed(pauseMs);
    }
  };
  const forgetter = settings.forgetting === 'on' && canForget() ? new Forgetter({ clock, scrub, scrubbed }) : undefined;
  const ended = (): void => {
    forgetter?.ended();
  };
  const admission = settings.tokens === undefined ? openAdmission : await byTokens(settings.tokens, clock);
  const watchRegions: RegionsWatcher = {
    renewed: (routers) => {
      log.write('region-list-renewed', { routers });
    },
    kept: () => {
      log.write('region-list-kept', {});
    },
  };
  const regions =
    settings.regions === undefined ? noRegions : await ListedRegions.open(settings.regions, clock, watchRegions);
  const { stateDirectory, warmWorkers, tls, region } = settings;
  const routerKey = await loadRouterKey(stateDirectory);
  const renewal = tls.kind === 'files' ? await Renewal.open(tls, clock) : undefined;
  const certificate = tls.kind === 'generated' ? await generatedCertificate(settings.host) : renewal?.first;
  // What has started when something else cannot is closed again.
  await using started = new AsyncDisposableStack();
  const engine = await MediasoupPool.create({ ...settings.media, warmWorkers, clock });
  const pool = wrapMedia(engine);
  started.defer(() => pool.close());
  const processors = availableParallelism();
  const overload = new Overload(clock, settings.loadLimits, processors);
  const calls = new Calls(
    pool,
    { clock, random, participantLimit: settings.participantLimit, gate: overload },
    watchCalls(log, metrics, ended),
  );
  const page = new Page({
    directory: settings.pageDirectory,
    wellKnown: () => ({
      version: protocolVersion,
      routerKey: toBase64Url(routerKey.publicKey),
      admission: admission.told(),
      region,
      regionsKey: settings.regions?.key,
    }),
    regions,
    fetchesFrom: settings.tokens === undefined ? [] : [new URL(settings.tokens.issuerUrl).origin],
    encrypted: certificate !== undefined,
  });
  const selfCalls = new SelfCalls(clock);
  const watcher: SessionWatcher = {
    failed: () => {
      log.write('session-failed', {});
    },
    ended: (reason) => {
      metrics.socketEnded(reason);
    },
    refused: (code) => {
      metrics.requestRefused(code);
    },
  };
  const { selfCallMs } = settings;
  const reachability = selfCallMs === undefined ? undefined : new Reachability(clock, 2 * selfCallMs);
  const readiness = (): Readiness => {
    if (calls.stopsInMs !== undefined) return 'draining';
    return overload.open ? 'ready' : 'busy';
  };
  const { host, port } = settings;
  const openSession = (socket: ConstructorParameters<typeof Session>[0]): Session =>
    new Session(socket, { clock, random, routerKey, calls, admission, readiness, selfCalls, watcher });
  // Whoever opened the page of one of the operator's routers looks which of them is nearest.
  const allowedOrigins = (): string[] => [...settings.allowedOrigins, ...regions.origins];
  const gateway = await Gateway.listen({ host, port, allowedOrigins, certificate, page, clock, openSession, ended });
  started.defer(() => gateway.close());
  const { announcedAddress } = settings.media;
  const reached = isWildcard(host) ? announcedAddress : host;
  const address = pageAddress(reached, gateway.port, certificate !== undefined);
  const ready = (): Ready => readyWhen(readiness(), reachability?.now, { ...settings.media, address });
  const admin = settings.admin && (await Admin.listen(settings.admin.host, settings.admin.port, { metrics, ready }));
  started.defer(() => admin?.close());
  const status = (): Status => {
    const { stopsInMs } = calls;
    return {
      address,
      region: region ?? null,
      announcedAddress,
      state: stopsInMs === undefined ? 'serving' : 'draining',
      secondsLeft: stopsInMs === undefined ? null : Math.ceil(stopsInMs / 1_000),
      calls: stepBelow(calls.running),
      participants: stepBelow(calls.participants),
    };
  };
  const { promise: stopped, resolve: hasStopped, reject: doesNotStop } = Promise.withResolvers<undefined>();
  const close = async (): Promise<undefined> => {
    log.write('stopping', { running: calls.running });
    await selfCaller?.[Symbol.asyncDispose]();
    renewal?.[Symbol.dispose]();
    await calls.stop();
    await Promise.all([gateway.close(), pool.close(), admin?.close(), control.close()]);
    admission[Symbol.dispose]();
    regions[Symbol.dispose]();
    metrics[Symbol.dispose]();
    meter[Symbol.dispose]();
    forgetter?.[Symbol.dispose]();
    routerKey.secretKey.purge();
    log.write('stopped', {});
    return undefined;
  };
  let closing = false;
  const stop = async (): Promise<void> => {
    if (!closing) close().then(hasStopped, doesNotStop);
    closing = true;
    await stopped;
  };
  const drain = async (ms: number): Promise<void> => {
    log.write('draining', { running: calls.running, seconds: Math.ceil(ms / 1_000) });
    await calls.drain(ms);
    await stop();
  };
  const expect = (callId: CallId): Expected => {
    if (calls.stopsInMs !== undefined) return { state: 'draining' };
    selfCalls.expect(callId);
    return { state: 'expected', address, routerKey: toBase64Url(routerKey.publicKey) };
  };
  const control = await Control.listen(stateDirectory, gateway.port, { status, drain, expect });
  const tellOf = selfCallTeller(log);
  const took = (call: SelfCall): void => {
    if (calls.stopsInMs !== undefined) return; // it fails because it has to
    reachability?.take(call);
    metrics.selfCalled(call);
    tellOf(call);
  };
  const selfCaller =
    selfCallMs === undefined
      ? undefined
      : new SelfCaller({ clock, controlPath: control.path, everyMs: selfCallMs, took });
  const meter = new LoadMeter({
    clock,
    processors,
    mediaShare: () => engine.look(),
    measured: (load) => {
      overload.measured(load, calls.participants);
    },
  });
  renewal?.watch({
    renewed: (renewed, daysLeft) => {
      gateway.renew(renewed);
      log.write('certificate-renewed', { daysLeft });
    },
    kept: (why) => {
      log.write('certificate-kept', { why });
    },
  });
  log.write('listening', { encrypted: certificate !== undefined, pageBuilt: page.built });
  started.move();
  return {
    address,
    routerKey: routerKey.publicKey,
    pageBuilt: page.built,
    metricsAddress: admin?.address,
    busy: () => calls.running > 0,
    status,
    drain,
    close: stop,
    stopped,
    [Symbol.asyncDispose]: stop,
  };
}

/** Loads what reads tokens only where they are asked for: a router that does without starts sooner and holds less. */
async function byTokens(tokens: TokenSettings, clock: Clock): Promise<Admission> {
  const { TokenAdmission } = await import('./admission/token-admission.ts');
  return TokenAdmission.create(tokens, clock);
}

function watchCalls(log: Log, metrics: Metrics, ended: () => void): ConstructorParameters<typeof Calls>[2] {
  return {
    started: (running) => {
      log.write('call-started', { running });
    },
    left: ended,
    mediaDied: (running) => {
      // No scrub: nobody has left, and a pause now is one in which they do not get their new media.
      metrics.mediaDied();
      log.write('media-process-died', { running });
    },
    ended: (reason, running, most, minutes) => {
      ended();
      metrics.callEnded(reason, most, minutes);
      log.write('call-ended', { reason, running });
    },
  };
}

/** Tells of self-calls when they begin to fail, and when they pass again. */
function selfCallTeller(log: Log): (call: SelfCall) => void {
  let passed: boolean | undefined;
  return (call) => {
    const before = passed;
    passed = hasPassed(call);
    if (passed === before) return;
    if (passed) log.write('self-call-passed', {});
    for (const over of transports) {
      const attempt = call[over];
      if (!attempt.ok) log.write('self-call-failed', { over, at: attempt.at });
    }
  };
}

/** On loopback by the name that people know; elsewhere by the address. */
function pageAddress(host: string, port: number, encrypted: boolean): string {
  const name = host === '127.0.0.1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `${encrypted ? 'https' : 'http'}://${name}:${port}/`;
}

function random(length: number): Bytes {
  return new Uint8Array(randomBytes(length));
}
