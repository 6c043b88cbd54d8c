/** Runs inside a network namespace: listens, connects and asks there what `namespaces.ts` tells it, one JSON object a line; in the end it takes the namespace away, with all that runs in it. */
import { spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import { createInterface } from 'node:readline';

const held = new Map();
/** Ports from which nothing was asked yet, below those that the kernel gives out. */
let asked = 0;
const nextPort = () => 20_000 + (asked++ % 12_000);

const ACTIONS = {
  /** Serves a port: TCP says back what it hears, or talks without end; UDP answers each datagram. */
  listen: ({ protocol, port, address, talk }) =>
    new Promise((resolve, reject) => {
      if (protocol === 'udp') {
        const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
        socket.on('message', (message, from) => socket.send(message, from.port, from.address));
        socket.once('error', reject).bind(port, address, () => resolve('listening'));
        return;
      }
      const server = createServer((socket) => {
        socket.on('error', () => {});
        if (!talk) return void socket.pipe(socket);
        const talking = setInterval(() => socket.write('!'), 20);
        socket.once('close', () => clearInterval(talking));
      });
      server.once('error', reject).listen(port, address, () => resolve('listening'));
    }),
  /** `open`, `refused`, or `silent` where nothing came back within `patience` ms. */
  reach: ({ protocol, port, address, patience, from }) =>
    new Promise((resolve) => {
      const end = (answer) => {
        clearTimeout(timer);
        close();
        resolve(answer);
      };
      const timer = setTimeout(() => end('silent'), patience);
      let close;
      if (protocol === 'udp') {
        const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
        const again = setInterval(() => socket.send('?', port, address), 200);
        close = () => {
          clearInterval(again);
          socket.close();
        };
        socket.once('error', (error) => end(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'));
        socket.once('message', () => end('open'));
        // A port of its own: on one that asked before, an answer would be a reply that the kernel still knows.
        socket.bind(nextPort(), from, () => socket.send('?', port, address));
      } else {
        const socket = connect({ port, host: address, localAddress: from });
        close = () => socket.destroy();
        socket.once('error', (error) => end(error.code === 'ECONNREFUSED' ? 'refused' : 'silent'));
        // docker-proxy accepts for a container that does not answer: only an answer counts.
        socket.once('connect', () => socket.write('?')).once('data', () => end('open'));
      }
    }),
  /** Connects for good, under a name. */
  hold: ({ name, port, address }) =>
    new Promise((resolve, reject) => {
      const socket = connect({ port, host: address }, () => resolve('connected'));
      socket.once('error', reject);
      held.set(name, { socket, count: 0 });
      socket.on('data', (chunk) => {
        held.get(name).count += chunk.length;
      });
    }),
  /** How many bytes came on a connection. */
  heard: async ({ name }) => held.get(name).count,
  /** Says something on a connection, and resolves with as much as comes back. */
  say: ({ name, text }) =>
    new Promise((resolve, reject) => {
      const { socket } = held.get(name);
      let heard = '';
      const listen = (chunk) => {
        heard += chunk;
        if (heard.length < text.length) return;
        socket.off('data', listen).off('error', reject);
        resolve(heard);
      };
      socket.on('data', listen).once('error', reject).write(text);
    }),
};

// Whoever asked may be gone before it is answered.
process.stdout.on('error', () => {});
for await (const line of createInterface({ input: process.stdin })) {
  const { id, action, ...words } = JSON.parse(line);
  ACTIONS[action](words).then(
    (answer) => process.stdout.write(`${JSON.stringify({ id, answer })}\n`),
    (error) => process.stdout.write(`${JSON.stringify({ id, error: error.message })}\n`),
  );
}
// Whoever made the namespace needs it no more, or was killed: what still runs in it would run for ever.
const name = process.argv[2];
const others = () =>
  `${spawnSync('ip', ['netns', 'pids', name]).stdout}`
    .split('\n')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
for (let tries = 0; tries < 100 && others().length > 0; tries += 1)
  for (const pid of others())
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in this moment.
    }
process.exit(spawnSync('ip', ['netns', 'delete', name], { stdio: 'inherit' }).status ?? 1);
