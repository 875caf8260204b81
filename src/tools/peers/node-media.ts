import {
  createSelfSignedCertificate,
  HashAlgorithm,
  IceCandidate,
  NamedCurveAlgorithm,
  ProtectionProfileAeadAes128Gcm,
  RTCCertificate,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceTransport,
  SignatureAlgorithm,
} from 'werift';
import type { Result } from '../../shared/protocol/requests.ts';
import type { RouterClient } from './router-client.ts';

type Direction = 'send' | 'receive';

/** What both ends of a transport know of it. */
export interface KnownTransport {
  readonly router: Result<'transport.create'>;
  readonly iceUsernameFragment: string;
  readonly icePassword: string;
  /** SHA-256 of the client's certificate, as `AB:CD:…`, and the certificate, PEM. */
  readonly fingerprint: string;
  readonly certificate: string;
}

/** A participant's media without a browser: real ICE, DTLS and SRTP from an address of its own. */
export class NodeMedia implements AsyncDisposable {
  readonly known: KnownTransport[] = [];
  protected readonly client: RouterClient;
  readonly #from: string;
  readonly #tcp: boolean;
  readonly #transports: RTCDtlsTransport[] = [];
  readonly #paths = new Map<Direction, Promise<RTCDtlsTransport>>();
  readonly #certificate: RTCCertificate;

  /** `from`: the address of its sockets. `tcp`: ICE over TCP (RFC 6544) instead of UDP. */
  static async create(client: RouterClient, from: string, tcp: boolean): Promise<NodeMedia> {
    return new NodeMedia(client, from, tcp, await newCertificate());
  }

  protected constructor(client: RouterClient, from: string, tcp: boolean, certificate: RTCCertificate) {
    this.client = client;
    this.#from = from;
    this.#tcp = tcp;
    this.#certificate = certificate;
  }

  /** The path for media in one direction, for whoever sends and receives packets itself. Ends with this. */
  async connect(direction: Direction): Promise<RTCDtlsTransport> {
    const path = this.#paths.get(direction) ?? this.#connect(direction);
    this.#paths.set(direction, path);
    return path;
  }

  /** Falls silent: nothing goes out of it any more, not even an answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#transports.map(async (transport) => {
        await transport.stop();
        await transport.iceTransport.stop();
      }),
    );
  }

  async #connect(direction: Direction): Promise<RTCDtlsTransport> {
    const router = await this.client.request('transport.create', { direction });
    const ice = iceFrom(this.#from, this.#tcp);
    const dtls = new RTCDtlsTransport({}, ice, this.#certificate, [ProtectionProfileAeadAes128Gcm]);
    dtls.role = 'client';
    this.#transports.push(dtls);
    ice.setRemoteParams(router.iceParameters);
    dtls.setRemoteParams(
      new RTCDtlsParameters(
        router.dtlsParameters.fingerprints.map(({ algorithm, value }) => new RTCDtlsFingerprint(algorithm, value)),
        'server',
      ),
    );
    await ice.gather();
    for (const { foundation, address, port, priority, protocol } of router.iceCandidates) {
      if ((protocol === 'tcp') !== this.#tcp) continue;
      const candidate = new IceCandidate(1, foundation, address, port, priority, protocol, 'host');
      if (this.#tcp) candidate.tcpType = 'passive';
      await ice.addRemoteCandidate(candidate);
    }
    await ice.addRemoteCandidate();
    const fingerprint = this.#certificate.getFingerprints().find(({ algorithm }) => algorithm === 'sha-256')?.value;
    if (fingerprint === undefined) throw new Error('no SHA-256 fingerprint');
    const fingerprints = [{ algorithm: 'sha-256' as const, value: fingerprint }];
    await this.client.request('transport.connect', { direction, dtlsParameters: { role: 'client', fingerprints } });
    await ice.start();
    await dtls.start();
    const { usernameFragment, password } = ice.localParameters;
    this.known.push({
      router,
      iceUsernameFragment: usernameFragment,
      icePassword: password,
      fingerprint,
      certificate: this.#certificate.certPem,
    });
    return dtls;
  }
}

/** A certificate for DTLS, for one participant. */
export async function newCertificate(): Promise<RTCCertificate> {
  const made = await createSelfSignedCertificate(
    { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
    NamedCurveAlgorithm.secp256r1_23,
  );
  return new RTCCertificate(made.keyPem, made.certPem, made.signatureHash);
}

function iceFrom(address: string, useTcp: boolean): RTCIceTransport {
  const gatherer = new RTCIceGatherer({
    useIpv4: false,
    useIpv6: false,
    additionalHostAddresses: [address],
    interfaceAddresses: { udp4: address },
    useTcp,
    tcpPassive: false,
  });
  const ice = new RTCIceTransport(gatherer);
  Object.assign(ice.connection, { iceControlling: true, stunServer: undefined });
  if (useTcp) giveEachATurn(ice.connection.onData);
  return ice;
}

/**
 * The library answers a flight of DTLS twice when all of it comes in one chunk of TCP, and the router hangs up on that. So
 * each frame gets a turn of the event loop, as a datagram has.
 */
function giveEachATurn(event: RTCIceTransport['connection']['onData']): void {
  const execute = event.execute.bind(event);
  Object.assign(event, { execute: (data: Buffer) => setImmediate(execute, data) });
}
