import type { Connection } from '../../client/index.ts';

/** What to tell about the connection, and whether it is going on without anything lost. */
export interface ConnectionNote {
  readonly title: string;
  readonly body: string;
}

const mayNotBeHeard = 'You may not be heard.';
const goesOn = 'Sound and video go on meanwhile.';

/** What everybody in front of the screen should know of the connection; undefined while it is as it should be, or over. */
export function connectionNote({ phase, media }: Pick<Connection, 'phase' | 'media'>): ConnectionNote | undefined {
  switch (phase) {
    case 'connecting':
      return { title: 'Joining again…', body: mayNotBeHeard };
    case 'reconnecting':
      return { title: 'Reconnecting…', body: media === 'flowing' ? goesOn : mayNotBeHeard };
    case 'moving':
      return {
        title: 'Moving the call to another router…',
        body: media === 'interrupted' ? mayNotBeHeard : `${goesOn} Nobody has to do anything.`,
      };
    case 'connected':
      return media === 'interrupted'
        ? {
            title: 'Looking for another way for sound and video…',
            body: `Your network may have changed. ${mayNotBeHeard}`,
          }
        : undefined;
    case 'ended':
      return undefined;
  }
}
