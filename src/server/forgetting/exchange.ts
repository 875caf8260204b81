import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { createServer, request } from '../support/http.ts';

/**
 * Sends one HTTP request from this process to itself and back, through the buffers that Node reads all sockets with,
 * over an abstract Unix socket, which is no file and reaches no network (unix(7)). Resolves with the answer's body.
 */
export async function exchange(
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
  answer: (body: string) => string,
): Promise<string> {
  const socketPath = `\0sotto-${randomUUID()}`;
  const server = createServer((asking, answering) => {
    void text(asking).then((got) => answering.end(answer(got)));
  });
  server.listen(socketPath);
  await once(server, 'listening');
  const asking = request({ socketPath, method: 'POST', agent: false, headers });
  asking.end(body);
  const [answered] = (await once(asking, 'response')) as [IncomingMessage];
  const got = await text(answered);
  server.close();
  return got;
}
