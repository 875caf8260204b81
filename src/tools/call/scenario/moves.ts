/** What a participant is doing, as far as a scenario moves it. */
export interface State {
  readonly inCall: boolean;
  readonly muted: boolean;
  readonly camera: boolean;
  readonly sharing: boolean;
}

export const outside: State = { inCall: false, muted: false, camera: false, sharing: false };

/** What can happen to a participant. `unless`: in words, why it cannot, after "participant 2". */
export const moves = {
  join: {
    when: ({ inCall }) => !inCall,
    unless: 'is in the call already: let it leave before',
    then: () => ({ inCall: true, muted: false, camera: true, sharing: false }),
  },
  leave: { when: isIn, unless: 'is not in the call: let it join before', then: () => outside },
  mute: {
    when: (state) => isIn(state) && !state.muted,
    unless: 'is muted or not in the call',
    then: (state) => ({ ...state, muted: true }),
  },
  unmute: {
    when: (state) => isIn(state) && state.muted,
    unless: 'is not muted, or not in the call',
    then: (state) => ({ ...state, muted: false }),
  },
  'camera-off': {
    when: (state) => isIn(state) && state.camera,
    unless: 'has no camera on',
    then: (state) => ({ ...state, camera: false }),
  },
  'camera-on': {
    when: (state) => isIn(state) && !state.camera,
    unless: 'has its camera on, or is not in the call',
    then: (state) => ({ ...state, camera: true }),
  },
  share: {
    when: (state) => isIn(state) && !state.sharing,
    unless: 'shares already, or is not in the call',
    then: (state) => ({ ...state, sharing: true }),
  },
  unshare: {
    when: (state) => isIn(state) && state.sharing,
    unless: 'shares nothing',
    then: (state) => ({ ...state, sharing: false }),
  },
  tiles: { when: isIn, unless: 'is not in the call, so nothing is shown', then: (state) => state },
  network: { when: () => true, unless: 'cannot', then: (state) => state },
} as const satisfies Readonly<
  Record<string, { when: (state: State) => boolean; unless: string; then: (state: State) => State }>
>;

export type Move = keyof typeof moves;

function isIn({ inCall }: State): boolean {
  return inCall;
}
