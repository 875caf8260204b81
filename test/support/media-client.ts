import {
  createSelfSignedCertificate,
  GenericNack,
  HashAlgorithm,
  IceCandidate,
  NamedCurveAlgorithm,
  ProtectionProfileAeadAes128Gcm,
  RtpHeader,
  RTCCertificate,
  RTCDtlsFingerprint,
  RTCDtlsParameters,
  RTCDtlsTransport,
  RTCIceGatherer,
  RTCIceTransport,
  RtcpTransportLayerFeedback,
  SignatureAlgorithm,
} from 'werift';
import type { ParticipantId } from '../../src/shared/identity/participant-id.ts';
import type { Result } from '../../src/shared/protocol/requests.ts';
import type { TestClient } from './test-client.ts';

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

/** How many packets make a media path proven, and how often one is sent, in ms (Opus at 48 kHz). */
const packets = 25;
const packetMs = 20;
const opus = { mimeType: 'audio/opus', payloadType: 100, clockRate: 48_000, channels: 2 };

/** A participant's media without a browser: real ICE, DTLS and SRTP from an address of its own, with sealed-looking payloads. */
export class MediaClient implements AsyncDisposable {
  readonly known: KnownTransport[] = [];
  readonly #client: TestClient;
  readonly #from: string;
  readonly #tcp: boolean;
  readonly #transports: RTCDtlsTransport[] = [];
  readonly #paths = new Map<Direction, Promise<RTCDtlsTransport>>();
  readonly #certificate: RTCCertificate;
  #sending: NodeJS.Timeout | undefined;
  #received = 0;
  #counted: (() => void) | undefined;
  /** The next packet of the microphone is not sent; told its number. */
  #lose: ((sequenceNumber: number) => void) | undefined;

  /** `from`: the loopback address of its sockets. `tcp`: ICE over TCP (RFC 6544) instead of UDP. */
  static async create(client: TestClient, from: string, tcp: boolean): Promise<MediaClient> {
    const made = await createSelfSignedCertificate(
      { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
      NamedCurveAlgorithm.secp256r1_23,
    );
    return new MediaClient(client, from, tcp, new RTCCertificate(made.keyPem, made.certPem, made.signatureHash));
  }

  private constructor(client: TestClient, from: string, tcp: boolean, certificate: RTCCertificate) {
    this.#client = client;
    this.#from = from;
    this.#tcp = tcp;
    this.#certificate = certificate;
  }

  /** Opens a microphone and sends packets of `bytes` random bytes until disposed. */
  async speak(bytes: number): Promise<void> {
    const transport = await this.connect('send');
    const ssrc = 1 + Math.floor(Math.random() * 0xffff_fffe);
    await this.#client.request('producer.create', {
      source: 'microphone',
      rtpParameters: { mid: '0', codecs: [opus], encodings: [{ ssrc }] },
    });
    let sequenceNumber = 0;
    this.#sending = setInterval(() => {
      sequenceNumber += 1;
      if (this.#lose !== undefined) {
        this.#lose(sequenceNumber);
        this.#lose = undefined;
        return;
      }
      const timestamp = sequenceNumber * 960;
      const header = new RtpHeader({ payloadType: opus.payloadType, ssrc, sequenceNumber, timestamp });
      const payload = Buffer.from(crypto.getRandomValues(new Uint8Array(bytes)));
      transport.sendRtp(payload, header).catch(() => undefined); // the transport has closed
    }, packetMs);
  }

  /** Loses one packet of the microphone on its way. Resolves when the router asks for it (RFC 4585 section 6.2.1). */
  async loseOne(): Promise<void> {
    const transport = await this.connect('send');
    const lost = await new Promise<number>((resolve) => (this.#lose = resolve));
    await new Promise<void>((resolve) => {
      transport.onRtcp.subscribe((packet) => {
        if (!(packet instanceof RtcpTransportLayerFeedback) || !(packet.feedback instanceof GenericNack)) return;
        if (packet.feedback.lost.includes(lost)) resolve();
      });
    });
  }

  /** Receives somebody's microphone. Resolves when it really comes. */
  async hear(participantId: ParticipantId): Promise<void> {
    const transport = await this.connect('receive');
    const heard = new Promise<void>((resolve) => {
      transport.onRtp.subscribe(() => {
        this.#received += 1;
        if (this.#received === packets) resolve();
        this.#counted?.();
      });
    });
    const of = { participantId, source: 'microphone' } as const;
    await this.#client.request('subscription.set', { ...of, wanted: { height: 90, framesPerSecond: 1 }, priority: 1 });
    await this.#client.request('consumer.resume', of);
    await heard;
  }

  /** Resolves when `count` more packets have come. */
  async hearsMore(count: number): Promise<void> {
    const until = this.#received + count;
    while (this.#received < until) await new Promise<void>((resolve) => (this.#counted = resolve));
  }

  /** The path for media in one direction, for whoever sends and receives packets itself. Ends with this. */
  async connect(direction: Direction): Promise<RTCDtlsTransport> {
    const path = this.#paths.get(direction) ?? this.#connect(direction);
    this.#paths.set(direction, path);
    return path;
  }

  /** Falls silent: nothing goes out of it any more, not even an answer. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#sending);
    await Promise.all(
      this.#transports.map(async (transport) => {
        await transport.stop();
        await transport.iceTransport.stop();
      }),
    );
  }

  async #connect(direction: Direction): Promise<RTCDtlsTransport> {
    const router = await this.#client.request('transport.create', { direction });
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
    await this.#client.request('transport.connect', { direction, dtlsParameters: { role: 'client', fingerprints } });
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
