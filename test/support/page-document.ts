/** A drawn page of text that somebody scrolls, as a screen track in 1920 by 1080: words without anybody's meaning. */
export function drawnDocument(): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = 1920;
  canvas.height = 1080;
  const context = canvas.getContext('2d', { alpha: false });
  let line = 0;
  const draw = (): void => {
    if (context === null) return;
    context.fillStyle = '#eef0ed';
    context.fillRect(0, 0, 1920, 1080);
    context.fillStyle = '#ffffff';
    context.fillRect(300, 0, 1320, 1080);
    context.fillStyle = '#1c2422';
    for (let row = 0; row < 26; row += 1) {
      const number = row + line;
      const isHeading = number % 9 === 0;
      context.font = isHeading ? '600 38px system-ui' : '24px system-ui';
      const text = isHeading
        ? `${number / 9 + 1}. On being quiet`
        : 'A voice that carries no further than it is meant to. '.repeat(2);
      context.fillText(text.slice(0, isHeading ? 60 : 70 + ((number * 37) % 33)), 380, 70 + row * 42);
    }
    line += 1;
  };
  draw();
  setInterval(draw, 2_000);
  const [track] = canvas.captureStream(15).getVideoTracks();
  if (track === undefined) throw new Error('this browser draws no stream');
  return track;
}
