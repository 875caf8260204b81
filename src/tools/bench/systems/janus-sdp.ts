import type { FarEnd, SealedPath } from '../peer/sealed-path.ts';
import { payloadTypes, transportWideId, transportWideUri, type MediaKind } from './streams.ts';

/** An offer (RFC 8829) of one stream, as `streamParameters` describes it to the others. */
export function offerOf(
  kind: MediaKind,
  path: SealedPath,
  { ssrc, rtxSsrc }: { ssrc: number; rtxSsrc: number },
): string {
  const { sound, picture, repeats } = payloadTypes;
  const media =
    kind === 'sound'
      ? [`m=audio 9 UDP/TLS/RTP/SAVPF ${sound}`, `a=rtpmap:${sound} opus/48000/2`, `a=rtcp-fb:${sound} nack`]
      : [
          `m=video 9 UDP/TLS/RTP/SAVPF ${picture} ${repeats}`,
          `a=rtpmap:${picture} VP8/90000`,
          ...['nack', 'nack pli', 'ccm fir', 'transport-cc'].map((feedback) => `a=rtcp-fb:${picture} ${feedback}`),
          `a=rtpmap:${repeats} rtx/90000`,
          `a=fmtp:${repeats} apt=${picture}`,
          `a=extmap:${transportWideId} ${transportWideUri}`,
          `a=ssrc-group:FID ${ssrc} ${rtxSsrc}`,
          `a=ssrc:${rtxSsrc} cname:bench`,
        ];
  return lines([
    ...session(path, ['0']),
    ...media,
    `a=ssrc:${ssrc} cname:bench`,
    ...transport(path),
    'a=mid:0',
    'a=sendonly',
  ]);
}

/** Takes all that an offer has, to receive it. */
export function answerTo(offer: string, path: SealedPath): string {
  const media = offer.split(/^(?=m=)/m).slice(1);
  const mids = media.map((part) => found(part, /^a=mid:(\S+)/m));
  const kept = /^a=(?:mid|rtpmap|rtcp-fb|fmtp|extmap):.*$|^a=rtcp-mux\b.*$/gm;
  return lines([
    ...session(path, mids),
    ...media.flatMap((part) => [
      found(part, /^(m=.*)$/m),
      ...transport(path),
      'a=recvonly',
      ...[...part.matchAll(kept)].map(([line]) => line.trim()),
    ]),
  ]);
}

/** Where Janus is, as its description says. */
export function farEndIn(description: string): FarEnd {
  const candidate = /^a=candidate:\S+ 1 udp \d+ ([\d.]+) (\d+) typ host/im.exec(description);
  return {
    ip: candidate?.[1] ?? '',
    port: Number(candidate?.[2]),
    usernameFragment: found(description, /^a=ice-ufrag:(\S+)/m),
    password: found(description, /^a=ice-pwd:(\S+)/m),
    fingerprint: found(description, /^a=fingerprint:sha-256 (\S+)/im),
  };
}

/** What an offer calls the streams that it has. */
export function streamsIn(offer: string): { ssrcs: readonly number[]; transportWide: number | undefined } {
  const media = offer.split(/^(?=m=)/m).slice(1);
  const id = /^a=extmap:(\d+)(?:\/\w+)? \S*transport-wide-cc/m.exec(offer)?.[1];
  return {
    ssrcs: media.map((part) => Number(found(part, /^a=ssrc:(\d+)/m))),
    transportWide: id === undefined ? undefined : Number(id),
  };
}

function session({ fingerprint }: SealedPath, mids: readonly string[]): string[] {
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    `a=group:BUNDLE ${mids.join(' ')}`,
    `a=fingerprint:sha-256 ${fingerprint}`,
    'a=setup:active',
  ];
}

function transport({ local, usernameFragment, password }: SealedPath): string[] {
  return [
    'c=IN IP4 127.0.0.1',
    `a=ice-ufrag:${usernameFragment}`,
    `a=ice-pwd:${password}`,
    `a=candidate:1 1 udp 2130706431 ${local.address} ${local.port} typ host`,
    'a=end-of-candidates',
    'a=rtcp-mux',
  ];
}

function found(text: string, form: RegExp): string {
  const value = form.exec(text)?.[1];
  if (value === undefined) throw new Error('Janus described itself otherwise than expected.');
  return value.trim();
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\r\n`).join('');
}
