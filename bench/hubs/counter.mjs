/** A TCP server in a process of its own that counts messages with counted octets (RFC 6587): says its port, then each count it is asked for, once reached. */
import { createServer } from 'node:net';

let count = 0;
let wanted = Number.POSITIVE_INFINITY;
const look = () => {
  if (count < wanted) return;
  wanted = Number.POSITIVE_INFINITY;
  process.send?.({ reached: count });
};
process.on('message', ({ until }) => {
  count = 0;
  wanted = until;
});
process.on('disconnect', () => process.exit());
const server = createServer((socket) => {
  let rest = Buffer.alloc(0);
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    let bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      const space = bytes.indexOf(0x20);
      if (space < 0) break;
      const end = space + 1 + Number(bytes.toString('latin1', 0, space));
      if (!(bytes.length >= end)) break;
      bytes = bytes.subarray(end);
      count += 1;
    }
    rest = Buffer.from(bytes);
    look();
  });
});
server.listen(0, '127.0.0.1', () => process.send?.({ port: server.address().port }));
