/** The server's end of a WebSocket (RFC 6455), as far as Socket Mode needs it. Limit: no extensions, text and control frames only. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

const [TEXT, CLOSE, PING, PONG] = [1, 8, 9, 10];
/** Of RFC 6455, 1.3. */
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const PROTOCOL_ERROR = 1002;

export class WebSocketEnd {
  onText: (text: string) => void = () => {};
  onGone: () => void = () => {};
  /** The other side hears nothing more and is not heard. */
  silent = false;
  readonly #socket: Duplex;
  #unread: Buffer = Buffer.alloc(0);
  #fragments: Buffer[] = [];

  /** Takes the upgrade. */
  constructor(request: IncomingMessage, socket: Duplex) {
    this.#socket = socket;
    const key = `${request.headers['sec-websocket-key']}${GUID}`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    socket.on('data', (bytes: Buffer) => this.#read(bytes));
    socket.on('error', () => {});
    socket.on('end', () => socket.end());
    socket.on('close', () => this.onGone());
  }

  send(text: string): void {
    this.#write(TEXT, Buffer.from(text));
  }

  ping(): void {
    this.#write(PING, Buffer.from('Ping from applink'));
  }

  /** Says goodbye and hangs up. */
  close(code = 1000): void {
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.#write(CLOSE, payload);
    this.#socket.end();
  }

  /** Hangs up without a word. */
  destroy(): void {
    this.#socket.destroy();
  }

  #write(opcode: number, payload: Buffer): void {
    if (this.silent || !this.#socket.writable) return;
    const { length } = payload;
    const head = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
    head[0] = 0x80 | opcode;
    head[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
    if (head.length === 4) head.writeUInt16BE(length, 2);
    if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
    this.#socket.write(Buffer.concat([head, payload]));
  }

  #read(bytes: Buffer): void {
    if (this.silent) return;
    this.#unread = Buffer.concat([this.#unread, bytes]);
    for (let frame = this.#next(); frame; frame = this.#next())
      this.#take(frame.opcode, frame.last, frame.payload);
  }

  #next(): { opcode: number; last: boolean; payload: Buffer } | undefined {
    const unread = this.#unread;
    if (unread.length < 2) return undefined;
    const short = unread[1]! & 0x7f;
    const start = short < 126 ? 2 : short === 126 ? 4 : 10;
    if (unread.length < start + 4) return undefined;
    if (!(unread[1]! & 0x80)) {
      this.#unread = Buffer.alloc(0);
      this.close(PROTOCOL_ERROR);
      return undefined;
    }
    const length =
      short < 126 ? short : short === 126 ? unread.readUInt16BE(2) : Number(unread.readBigUInt64BE(2));
    const end = start + 4 + length;
    if (unread.length < end) return undefined;
    const mask = unread.subarray(start, start + 4);
    const payload = Buffer.from(unread.subarray(start + 4, end));
    for (let at = 0; at < length; at += 1) payload[at]! ^= mask[at % 4]!;
    this.#unread = unread.subarray(end);
    return { opcode: unread[0]! & 0x0f, last: (unread[0]! & 0x80) !== 0, payload };
  }

  #take(opcode: number, last: boolean, payload: Buffer): void {
    if (opcode === CLOSE) this.close();
    if (opcode === PING) this.#write(PONG, payload);
    if (opcode > TEXT) return;
    this.#fragments.push(payload);
    if (!last) return;
    const text = Buffer.concat(this.#fragments).toString();
    this.#fragments = [];
    this.onText(text);
  }
}
