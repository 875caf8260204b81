import type { Participant, RemoteVideo } from '../../src/client/index.ts';

/** A camera in some state, without a picture. */
export function video(state: RemoteVideo['state']): RemoteVideo {
  return { state, track: undefined, attach: () => ({ [Symbol.dispose]: () => undefined }) };
}

/** Somebody who is seen and heard. */
export function person(id: string, name: string): Participant {
  return {
    id,
    standing: 'authenticated',
    name,
    nameTaken: false,
    speaking: false,
    microphone: { state: 'on' },
    camera: video('on'),
    screen: video('off'),
  };
}
