/** `muster say` and a running `muster start` meet at a unix socket: JSON lines, one request, then events until the result. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, link, rename, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { MusterError } from '../../errors.ts';
import type { RunEvent } from '../../events.ts';

/** What `say` sends. */
export interface SayRequest {
  id: string;
  user: string;
  text: string;
}

/** What comes back, one object a line; `result` is the last. */
export type SayEvent =
  | { type: 'reply'; text: string }
  | { type: 'run'; run: string; title: string }
  | RunEvent
  | { type: 'result'; exit: 0 | 1 | 2; status: string; text: string; run?: string; code?: string };

/** Handles one request; `emit` sends an event and resolves when there is room for more, `signal` aborts when the asker went away. */
export type Answer = (
  request: SayRequest,
  emit: (event: SayEvent) => Promise<void>,
  signal: AbortSignal,
) => Promise<void>;

const MAX_REQUEST = 64 * 1024;

/**
 * Listens at the socket's path, for the owner only; takes over the file of a server that is gone.
 * Rejects with `state.taken` where another server listens, also of several that start at once.
 */
export async function listen(
  path: string,
  answer: Answer,
  onError: (error: unknown) => void,
): Promise<{ close(): Promise<void> }> {
  const open = new Set<Socket>();
  const server: Server = createServer((socket) => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    void serve(socket, answer)
      .catch(onError)
      .finally(() => socket.end());
  });
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of open) socket.destroy();
    });
  // Under a name of its own at first: when it gets the one that others look at, it answers already.
  const own = `${path}.${randomBytes(3).toString('hex')}`;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(own, resolve);
  });
  try {
    await chmod(own, 0o600);
    await claim(own, path);
  } catch (error) {
    await close();
    throw error;
  } finally {
    await rm(own, { force: true });
  }
  return {
    async close() {
      await rm(path, { force: true });
      await close();
    },
  };
}

/** Gives a listening socket its name, unless another one that answers has it. */
async function claim(own: string, path: string): Promise<void> {
  if (await named(own, path)) return;
  const taken = new MusterError('state.taken', { folder: dirname(path) });
  if (await answers(path)) throw taken;
  // Somebody else may have found it dead, too, and be there already; so what is moved away is asked once more.
  const dead = `${own}.old`;
  await rename(path, dead).catch(() => {});
  if (await answers(dead)) await named(dead, path);
  await rm(dead, { force: true });
  if (!(await named(own, path))) throw taken;
}

/** Whether the socket could be given the name: false where the name is in use. */
async function named(own: string, path: string): Promise<boolean> {
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function serve(socket: Socket, answer: Answer): Promise<void> {
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  socket.on('error', () => gone.abort());
  let text = '';
  for await (const chunk of socket.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    text += chunk;
    if (text.includes('\n') || text.length > MAX_REQUEST) break;
  }
  // Somebody who only looks whether anybody is here.
  if (text === '') return;
  const request = JSON.parse(text.slice(0, text.indexOf('\n'))) as SayRequest;
  socket.resume();
  const emit = async (event: SayEvent) => {
    const room = socket.write(`${JSON.stringify(event)}\n`);
    if (!room && !gone.signal.aborted) await once(socket, 'drain', gone).catch(() => {});
  };
  await answer(request, emit, gone.signal);
}

/** Whether a server listens at the path. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** Sends a request and yields what comes back; ends early where the server goes away. */
export async function* ask(path: string, request: SayRequest): AsyncGenerator<SayEvent> {
  const socket = connect(path);
  socket.write(`${JSON.stringify(request)}\n`);
  const lines = createInterface({ input: socket });
  try {
    for await (const line of lines) yield JSON.parse(line) as SayEvent;
  } finally {
    socket.destroy();
  }
}
