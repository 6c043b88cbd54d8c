/** Overhears what machines and DHCP servers tell everybody: by that another server is found, which dnsmasq says nothing of. */
import { createSocket, type Socket } from 'node:dgram';
import type { Log } from '../../../log.ts';
import { type DhcpMessage, parseDhcp } from './message.ts';

/** Where servers and clients listen. */
const PORTS = [67, 68];
/** Bound to it, nothing is taken away from dnsmasq: what is meant for this host alone does not come here. */
const EVERYBODY = '255.255.255.255';

/** Hears until it is closed. Where it may not, that is logged, and nothing is heard. */
export function overhear(
  heard: (message: DhcpMessage) => void,
  log: Log,
): { ready: Promise<void>; close(): Promise<void> } {
  const open = PORTS.map((port) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.on('message', (packet) => {
      const message = parseDhcp(packet);
      if (message) heard(message);
    });
    const bound = new Promise<void>((resolve) => {
      socket.once('listening', resolve);
      socket.once('close', resolve);
      socket.on('error', (err) => {
        log.warn({ err, port }, 'other DHCP servers cannot be overheard');
        resolve();
        close(socket);
      });
    });
    socket.bind({ port, address: EVERYBODY });
    return { socket, bound };
  });
  return {
    ready: Promise.all(open.map(({ bound }) => bound)).then(() => {}),
    async close() {
      for (const { socket } of open) close(socket);
    },
  };
}

function close(socket: Socket): void {
  try {
    socket.close();
  } catch {
    // It is closed already.
  }
}
