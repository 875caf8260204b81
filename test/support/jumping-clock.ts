/** Imported before a router: its calendar is a day ahead after SIGUSR2, and a day behind after the next. Says so when it has jumped. */
const dayMs = 86_400_000;
const now = Date.now.bind(Date);
let aheadMs = 0;

process.on('SIGUSR2', () => {
  aheadMs = aheadMs > 0 ? -dayMs : dayMs;
  process.stdout.write('jumped\n');
});
Date.now = () => now() + aheadMs;
