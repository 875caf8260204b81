import {
  createInvitation,
  joinCall,
  openWallet,
  prepareToJoin,
  readInvitation,
  type Call,
} from '../../client/index.ts';
import { colourFor, type Harness, type HarnessJoin, type HarnessPicture } from '../call/harness-api.ts';
import { Gaps } from './gaps.ts';
import { movingPicture, syllables } from './picture.ts';
import { Probe } from './probe.ts';
import { recorded } from './recorded.ts';
import { sendThroughRelay } from './relayed.ts';
import { Watched } from './watched.ts';
import { workerWithWrongKey } from './wrong-key.ts';

let joined: { call: Call; camera: () => Promise<MediaStreamTrack>; options: HarnessJoin } | undefined;
let lobby: { readonly camera: Promise<MediaStreamTrack>; readonly microphone: MediaStreamTrack } | undefined;
const probe = new Probe();
const watched = new Watched();
let gaps: Gaps | undefined;

function now(): NonNullable<typeof joined> {
  if (joined === undefined) throw new Error('not joined');
  return joined;
}

async function cameraOf({ number, height, framesPerSecond }: HarnessPicture): Promise<MediaStreamTrack> {
  return movingPicture(colourFor(number), height, framesPerSecond);
}

function microphoneOf({ number }: HarnessPicture): MediaStreamTrack {
  return syllables(220 + 110 * number);
}

async function setCamera(on: boolean): Promise<void> {
  const { call, camera, options } = now();
  if (on) await call.camera.turnOn({ track: await camera(), maxHeight: heightStep(options.height) });
  else await call.camera.turnOff();
}

/** The step of the SDK's that lets the whole picture through. */
function heightStep(height: number): 90 | 180 | 360 | 720 | 1080 {
  return ([90, 180, 360, 720] as const).find((step) => step >= height) ?? 1080;
}

const harness: Harness = {
  newLink: (router) => createInvitation(router).link(router.routerUrl),
  prepare: (options) => {
    lobby = { camera: cameraOf(options), microphone: microphoneOf(options) };
    prepareToJoin({ worker: watched.worker });
  },
  join: async (options) => {
    if (options.watched === true) watched.clicked();
    const invitation = readInvitation(options.link, { routerUrl: options.routerUrl });
    const wallet = openWallet({
      admission: () => Promise.resolve(options.admission),
      authorization: () => options.authorization,
    });
    const call = await joinCall(invitation, {
      name: String(options.number),
      ...(options.videoCodecs !== undefined && { videoCodecs: options.videoCodecs }),
      ...(options.routers !== undefined && { routers: options.routers }),
      tokens: wallet.take,
      ...(options.watched === true && { worker: watched.worker }),
      ...(options.wrongCallKey === true && { worker: workerWithWrongKey }),
    });
    watched.joined();
    let ready = lobby?.camera;
    const camera = async (): Promise<MediaStreamTrack> => {
      const track = ready ?? cameraOf(options);
      ready = undefined;
      return track;
    };
    joined = { call, camera, options };
    probe.show(options.shownHeight ?? options.height);
    call.participants.subscribe((participants) => {
      probe.update(participants);
    });
    const microphone = options.deviceMicrophone === true ? {} : { track: lobby?.microphone ?? microphoneOf(options) };
    await Promise.all([setCamera(true), call.microphone.turnOn(microphone)]);
    return call.joinMs;
  },
  statistics: () => now().call.statistics(),
  people: () =>
    now()
      .call.participants.get()
      .map(({ name, standing, camera, microphone, screen, speaking }) => ({
        name,
        standing,
        camera: camera.state,
        microphone: microphone.state,
        screen: screen.state,
        speaking,
      })),
  colourOf: (name) => probe.colourOf(name),
  code: () => {
    const { agreement } = now().call.encryption.get();
    return agreement.state === 'agreed' ? agreement.code : undefined;
  },
  phase: () => now().call.connection.get(),
  marks: () => watched.marks,
  keys: () => watched.keys,
  firstPicture: () => watched.firstPicture,
  recorded,
  showAll: () => probe.showAll(),
  watchGaps: () => {
    gaps?.stop();
    gaps = new Gaps(now().call);
  },
  gaps: () => gaps?.all ?? [],
  setCamera,
  setScreen: async (on) => {
    const { call, options } = now();
    if (!on) await call.screen.turnOff();
    else {
      await call.screen.turnOn({ track: await cameraOf(options), maxHeight: heightStep(options.height) });
    }
  },
  setMicrophone: (on) => (on ? now().call.microphone.turnOn() : now().call.microphone.turnOff()),
  captureScreen: (on) => (on ? now().call.screen.turnOn({ sound: true }) : now().call.screen.turnOff()),
  show: (height, name) => {
    probe.show(height, name);
  },
  speakers: () => {
    const { speakers, participants } = now().call;
    const people = participants.get();
    return speakers.get().map((speaker) => people.find(({ id }) => id === speaker)?.name);
  },
  leave: () => now().call.leave(),
};

sendThroughRelay();
Object.assign(globalThis, { sotto: harness });
