import { createHash, randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import {
  classes,
  createSelfSignedCertificate,
  DtlsClient,
  HashAlgorithm,
  Message,
  methods,
  NamedCurveAlgorithm,
  parseMessage,
  ProtectionProfileAeadAes128Gcm,
  RTCCertificate,
  RtcpPacketConverter,
  SignatureAlgorithm,
  SrtcpSession,
  SrtpSession,
  type RtcpPacket,
  type RtpHeader,
  type Transport,
} from 'werift';

/** Lengths that RFC 7714 section 12 gives AEAD_AES_128_GCM, in bytes. */
const [keyBytes, saltBytes] = [16, 12];
/** Until an unanswered check is repeated, in ms. */
const checkMs = 100;
/** How often a path shows that it is still there, in ms. The systems give up after 30 s of silence. */
const consentMs = 5_000;
/** Longest that a path may take to stand, in ms, on the slowest machine. */
const givenUpMs = 20_000;
/** Asked of the kernel for what comes while this process is busy, in bytes; it gives what its own limit allows. */
const receiveBuffer = 4 * 1_024 * 1_024;

/** The far end of a path, as signalling told it: an ICE Lite agent that is DTLS server. */
export interface FarEnd {
  readonly ip: string;
  readonly port: number;
  readonly usernameFragment: string;
  readonly password: string;
  /** SHA-256 of its certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
}

/**
 * One peer's path for media: ICE (controlling), DTLS (client) and SRTP with AEAD_AES_128_GCM and nothing else, on a UDP socket of
 * its own. Whatever arrives is handed on as it came, so that a peer that only counts decrypts nothing.
 */
export class SealedPath implements AsyncDisposable {
  readonly usernameFragment = randomBytes(4).toString('hex');
  readonly password = randomBytes(12).toString('hex');
  /** SHA-256 of the own certificate, as `AB:CD:…`. */
  readonly fingerprint: string;
  /** Called with each RTP packet as it came over the wire. */
  onRtp: (packet: Buffer) => void = () => undefined;
  /** Called with each RTCP packet, opened. */
  onRtcp: (packet: RtcpPacket) => void = () => undefined;
  readonly #socket: Socket;
  readonly #certificate: RTCCertificate;
  readonly #wire: Transport;
  #far: FarEnd | undefined;
  #answered: ((transaction: string) => void) | undefined;
  #consent: NodeJS.Timeout | undefined;
  #srtp: SrtpSession | undefined;
  #srtcp: SrtcpSession | undefined;
  #profile: number | undefined;

  /** `from`: the loopback address of its socket. */
  static async bind(from: string): Promise<SealedPath> {
    const made = await createSelfSignedCertificate(
      { signature: SignatureAlgorithm.ecdsa_3, hash: HashAlgorithm.sha256_4 },
      NamedCurveAlgorithm.secp256r1_23,
    );
    const certificate = new RTCCertificate(made.keyPem, made.certPem, made.signatureHash);
    const socket = createSocket({ type: 'udp4', recvBufferSize: receiveBuffer });
    socket.bind(0, from);
    await once(socket, 'listening');
    return new SealedPath(socket, certificate);
  }

  private constructor(socket: Socket, certificate: RTCCertificate) {
    this.#socket = socket;
    this.#certificate = certificate;
    this.fingerprint = certificate.getFingerprints().find(({ algorithm }) => algorithm === 'sha-256')?.value ?? '';
    this.#wire = {
      type: 'udp',
      address: socket.address(),
      closed: false,
      onData: () => undefined,
      send: (data) => {
        this.#send(data);
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    };
    socket.on('message', (data) => {
      this.#take(data);
    });
    socket.on('error', () => undefined); // the far end has gone; whoever waits for something finds out
  }

  /** The address and port of its socket. */
  get local(): AddressInfo {
    return this.#socket.address();
  }

  /** The SRTP profile that DTLS has chosen (RFC 5764 section 4.1.2, RFC 7714 section 14.2), as its number. */
  get profile(): number | undefined {
    return this.#profile;
  }

  /** Has the path stand. Rejects when the far end does not answer, is not who signalling said, or takes no GCM. */
  async connect(far: FarEnd): Promise<void> {
    this.#far = far;
    this.#socket.connect(far.port, far.ip);
    await once(this.#socket, 'connect');
    const signal = AbortSignal.timeout(givenUpMs);
    await this.#check(signal);
    this.#consent = setInterval(() => {
      this.#request();
    }, consentMs);
    await this.#handshake(far.fingerprint, signal);
  }

  sendRtp(header: RtpHeader, payload: Buffer): void {
    if (this.#srtp !== undefined) this.#send(this.#srtp.encrypt(payload, header));
  }

  sendRtcp(packet: Pick<RtcpPacket, 'serialize'>): void {
    if (this.#srtcp !== undefined) this.#send(this.#srtcp.encrypt(packet.serialize()));
  }

  /** An RTP packet as it came, decrypted. Throws when it is not authentic. */
  open(packet: Buffer): Buffer {
    if (this.#srtp === undefined) throw new Error('The path does not stand yet.');
    return this.#srtp.decrypt(packet);
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#consent);
    this.#wire.closed = true;
    const closed = once(this.#socket, 'close');
    this.#socket.close();
    return closed.then(() => undefined);
  }

  #send(data: Buffer): void {
    if (!this.#wire.closed) this.#socket.send(data);
  }

  /** RFC 7983 section 7, and RFC 5761 section 4 for RTCP. */
  #take(data: Buffer): void {
    const [first = 0, second = 0] = data;
    if (first >= 128 && first < 192) {
      if (second < 192 || second > 223) this.onRtp(data);
      else if (this.#srtcp !== undefined)
        for (const packet of RtcpPacketConverter.deSerialize(this.#srtcp.decrypt(data))) this.onRtcp(packet);
    } else if (first >= 20 && first < 64) this.#wire.onData(data, [this.#far?.ip ?? '', this.#far?.port ?? 0]);
    else if (first < 4) {
      const message = parseMessage(data);
      if (message?.messageClass === classes.RESPONSE) this.#answered?.(message.transactionIdHex);
      if (message?.messageClass === classes.REQUEST) this.#respond(message.transactionId);
    }
  }

  /** A check that nominates the path (RFC 8445 sections 7.2.2 and 8.1.1). Answers with its transaction. */
  #request(): string {
    const { usernameFragment = '', password = '' } = this.#far ?? {};
    const message = new Message(methods.BINDING, classes.REQUEST);
    message
      .setAttribute('USERNAME', `${usernameFragment}:${this.usernameFragment}`)
      .setAttribute('PRIORITY', 2_130_706_431)
      .setAttribute('ICE-CONTROLLING', 1n)
      .setAttribute('USE-CANDIDATE', null);
    message.addMessageIntegrity(Buffer.from(password)).addFingerprint();
    this.#send(message.bytes);
    return message.transactionIdHex;
  }

  /** To a check of the far end's own (RFC 8445 section 7.3): some ask although they are ICE Lite. */
  #respond(transaction: Buffer): void {
    const { ip = '', port = 0 } = this.#far ?? {};
    const response = new Message(methods.BINDING, classes.RESPONSE, transaction);
    response.setAttribute('XOR-MAPPED-ADDRESS', [ip, port]);
    response.addMessageIntegrity(Buffer.from(this.password)).addFingerprint();
    this.#send(response.bytes);
  }

  async #check(signal: AbortSignal): Promise<void> {
    const sent = new Set<string>();
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    this.#answered = (transaction) => {
      if (sent.has(transaction)) resolve(undefined);
    };
    signal.addEventListener('abort', () => {
      reject(new Error('No answer to the ICE checks.'));
    });
    const timer = setInterval(() => sent.add(this.#request()), checkMs);
    sent.add(this.#request());
    await promise.finally(() => {
      clearInterval(timer);
    });
  }

  async #handshake(fingerprint: string, signal: AbortSignal): Promise<void> {
    const { certPem: cert, privateKey: key, signatureHash } = this.#certificate;
    const srtpProfiles = [ProtectionProfileAeadAes128Gcm];
    const dtls = new DtlsClient({
      transport: this.#wire,
      cert,
      key,
      signatureHash,
      srtpProfiles,
      extendedMasterSecret: true,
    });
    const { promise, resolve, reject } = Promise.withResolvers<undefined>();
    dtls.onConnect.once(() => {
      resolve(undefined);
    });
    dtls.onError.once(reject);
    dtls.onClose.once(() => {
      reject(new Error('DTLS was refused.'));
    });
    signal.addEventListener('abort', () => {
      reject(new Error('DTLS took too long.'));
    });
    await Promise.all([dtls.connect(), promise]);
    if (fingerprintOf(dtls.remoteCertificate) !== fingerprint.toUpperCase()) throw new Error('Another certificate.');
    const profile = dtls.srtp.srtpProfile;
    if (profile === undefined) throw new Error('No SRTP profile in common.');
    const { localKey, localSalt, remoteKey, remoteSalt } = dtls.extractSessionKeys(keyBytes, saltBytes);
    const keys = {
      localMasterKey: localKey,
      localMasterSalt: localSalt,
      remoteMasterKey: remoteKey,
      remoteMasterSalt: remoteSalt,
    };
    this.#srtp = new SrtpSession({ keys, profile });
    this.#srtcp = new SrtcpSession({ keys, profile });
    this.#profile = profile;
  }
}

function fingerprintOf(certificate: Buffer | undefined): string {
  const hex = createHash('sha256')
    .update(certificate ?? Buffer.of())
    .digest('hex')
    .toUpperCase();
  return hex.match(/../g)?.join(':') ?? '';
}
