import type { ParticipantTab } from '../../call/tab.ts';
import type { Recording } from '../../peers/recording.ts';

/** Has a participant page encode something to hear and to see. */
export async function record(tab: ParticipantTab): Promise<Recording> {
  const { sound, picture } = await tab.do('recorded');
  const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'));
  return { sound: sound.map(bytes), picture: picture.map(bytes) };
}
