/** A unix socket in front of another one, which can be made to let nothing through: a network that hangs. */
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TestProxy {
  socket: string;
  /** Lets nothing through, or no answers, and tells nobody. */
  hang(what?: 'all' | 'answers'): void;
  /** Breaks all connections, with what they hold; new ones are let through. */
  cut(): void;
  /** Lets through what was held, and all that follows. */
  resume(): void;
  /** Where new connections lead from now on; those that are open stay. */
  redirect(target: string): void;
  close(): Promise<void>;
}

/** Opens a proxy to a unix socket. */
export async function openProxy(target: string): Promise<TestProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'muster-proxy-'));
  const socket = join(folder, 'proxy.sock');
  const sockets = new Set<Socket>();
  const answering = new Set<Socket>();
  let hanging = false;
  const carry = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => {});
    from.on('close', () => {
      sockets.delete(from);
      answering.delete(from);
      to.destroy();
    });
    if (hanging) from.pause();
  };
  const server = createServer((near) => {
    const far = connect(target);
    answering.add(far);
    carry(near, far);
    carry(far, near);
  });
  await new Promise<void>((resolve) => server.listen(socket, resolve));
  return {
    socket,
    hang(what = 'all') {
      hanging = what === 'all';
      for (const each of hanging ? sockets : answering) each.pause();
    },
    cut() {
      hanging = false;
      for (const each of sockets) each.destroy();
    },
    redirect(to) {
      target = to;
    },
    resume() {
      hanging = false;
      for (const each of sockets) each.resume();
    },
    async close() {
      for (const each of sockets) each.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
