import type { Params, RequestName, Result } from '../../shared/protocol/requests.ts';

/** What of one's own stands at the router, as the answer to `call.rejoin` has it. */
type Own = Result<'call.rejoin'>['own'];

/**
 * What became of a request that was not answered before its connection was lost, as far as what stands now tells: its
 * result, if it was done. Undefined: to be asked again, which also is good for all that may be done twice.
 */
export function outcomeOf<N extends RequestName>(request: N, params: Params<N>, own: Own): Result<N> | undefined {
  const outcome = outcomes[request];
  return outcome?.(params, own);
}

/** Requests that a second time would be refused. */
const outcomes: { readonly [N in RequestName]?: (params: Params<N>, own: Own) => Result<N> | undefined } = {
  'transport.create': ({ direction }, { transports }) => {
    const found = transports.find((transport) => transport.direction === direction);
    if (found === undefined) return undefined;
    const { transportId, iceParameters, iceCandidates, dtlsParameters } = found;
    return { transportId, iceParameters, iceCandidates, dtlsParameters };
  },
  'transport.connect': ({ direction }, { transports }) =>
    transports.find((transport) => transport.direction === direction)?.connected === true ? {} : undefined,
  'producer.create': ({ source }, { sources }) => {
    const found = sources.find((open) => open.source === source);
    return found === undefined ? undefined : { producerId: found.producerId };
  },
  'producer.close': ({ source }, { sources }) => (sources.some((open) => open.source === source) ? undefined : {}),
};
