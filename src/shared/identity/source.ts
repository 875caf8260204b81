/** What a participant can send. */
export const sources = ['microphone', 'camera', 'screen', 'screen-audio'] as const;
export type Source = (typeof sources)[number];

/** The kind of RTP media that a source is. */
export function kindOf(source: Source): 'audio' | 'video' {
  return source === 'microphone' || source === 'screen-audio' ? 'audio' : 'video';
}
