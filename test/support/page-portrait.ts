/**
 * A drawn person that moves, as a camera track of 30 frames/s in 1280 by 720: pictures without anybody's face.
 * Complete in itself, so that its source can be put into a page.
 */
export function portrait(hue: number): MediaStreamTrack {
  const canvas = document.createElement('canvas');
  canvas.width = 1280;
  canvas.height = 720;
  const context = canvas.getContext('2d', { alpha: false });
  const draw = (): void => {
    if (context === null) return;
    const seconds = performance.now() / 1000;
    const sway = Math.sin(seconds * 1.1 + hue) * 14;
    const nod = Math.sin(seconds * 1.7 + hue) * 7;
    const wall = context.createLinearGradient(0, 0, 1280, 720);
    wall.addColorStop(0, `hsl(${hue} 26% 74%)`);
    wall.addColorStop(1, `hsl(${hue + 25} 24% 50%)`);
    context.fillStyle = wall;
    context.fillRect(0, 0, 1280, 720);
    context.fillStyle = `hsl(${hue + 12} 26% 84% / 0.55)`;
    context.fillRect(120, 70, 250, 330);
    context.fillStyle = `hsl(${hue + 40} 24% 40% / 0.55)`;
    context.fillRect(930, 250, 300, 16);
    context.fillRect(960, 170, 34, 80);
    context.fillRect(1004, 150, 26, 100);
    context.fillRect(1040, 182, 40, 68);
    const skin = `hsl(${18 + (hue % 14)} 42% ${48 + (hue % 5) * 7}%)`;
    const hair = `hsl(${20 + (hue % 20)} 32% ${16 + (hue % 4) * 6}%)`;
    context.save();
    context.translate(640 + sway, 0);
    context.fillStyle = `hsl(${hue + 190} 34% 34%)`;
    context.beginPath();
    context.roundRect(-270, 520, 540, 400, 190);
    context.fill();
    context.fillStyle = skin;
    context.beginPath();
    context.roundRect(-58, 430, 116, 150, 50);
    context.fill();
    context.translate(sway * 0.4, nod);
    context.fillStyle = hair;
    context.beginPath();
    context.ellipse(0, 290, 158, 178, 0, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = skin;
    context.beginPath();
    context.ellipse(0, 335, 124, 152, 0, 0, Math.PI * 2);
    context.fill();
    context.fillStyle = hair;
    context.beginPath();
    context.ellipse(0, 205, 128, 62, 0, Math.PI, Math.PI * 2);
    context.fill();
    context.fillStyle = 'hsl(20 20% 16%)';
    const blink = seconds % 4 < 0.14 ? 1.5 : 9;
    for (const side of [-1, 1]) {
      context.beginPath();
      context.ellipse(side * 46, 322, 9, blink, 0, 0, Math.PI * 2);
      context.fill();
    }
    context.strokeStyle = 'hsl(8 42% 32%)';
    context.lineWidth = 7;
    context.lineCap = 'round';
    context.beginPath();
    context.arc(0, 376, 40, 0.22 * Math.PI, 0.78 * Math.PI);
    context.stroke();
    context.restore();
  };
  draw();
  setInterval(draw, 33);
  const [track] = canvas.captureStream(30).getVideoTracks();
  if (track === undefined) throw new Error('this browser draws no stream');
  return track;
}
