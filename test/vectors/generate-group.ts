import { writeFileSync } from 'node:fs';
import { callKeyVectors, groupVectors } from './make-group.ts';

/** Writes call-key.json and group.json anew. To be run only when the protocol changes: `node test/vectors/generate-group.ts`. */
function write(name: string, vectors: unknown): void {
  writeFileSync(new URL(name, import.meta.url), `${JSON.stringify(vectors, null, 2)}\n`);
}

write('call-key.json', callKeyVectors);
write('group.json', groupVectors);
