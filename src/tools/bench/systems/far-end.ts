import type { Result } from '../../../shared/protocol/requests.ts';
import type { FarEnd } from '../peer/sealed-path.ts';

/** What mediasoup's signalling, bare or ours, says of the far end of a path over UDP. Throws when it has none. */
export function farEndOf({
  iceParameters: { usernameFragment, password },
  iceCandidates,
  dtlsParameters,
}: Pick<Result<'transport.create'>, 'iceCandidates' | 'dtlsParameters'> & {
  readonly iceParameters: { readonly usernameFragment: string; readonly password: string };
}): FarEnd {
  const candidate = iceCandidates.find(({ protocol }) => protocol === 'udp');
  const fingerprint = dtlsParameters.fingerprints.find(({ algorithm }) => algorithm === 'sha-256')?.value;
  if (candidate === undefined || fingerprint === undefined) throw new Error('No way over UDP.');
  return { ip: candidate.address, port: candidate.port, usernameFragment, password, fingerprint };
}
