import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type LogLine, LogReader } from '../../../src/adapters/docker/logs.ts';

const AT = '2026-01-01T00:00:00.000000001Z';
const frame = (stream: 1 | 2, text: string): Buffer => {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

describe('the log stream of an engine', () => {
  const read = (chunks: Iterable<Buffer>): LogLine[] => {
    const lines: LogLine[] = [];
    const reader = new LogReader(false, (line) => lines.push(line));
    for (const chunk of chunks) reader.push(chunk);
    reader.end();
    return lines;
  };
  const bytes = Buffer.concat([frame(1, `${AT} größe\n`), frame(2, `${AT} oh\n`), frame(1, `${AT} end`)]);
  const expected: LogLine[] = [
    { text: 'größe', stream: 'stdout', at: AT },
    { text: 'oh', stream: 'stderr', at: AT },
    { text: 'end', stream: 'stdout', at: AT },
  ];

  it('is read the same however it is cut', () => {
    for (let size = 1; size <= bytes.length; size += 1) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
        bytes.subarray(at * size, (at + 1) * size),
      );
      assert.deepEqual(read(chunks), expected, `in pieces of ${size}`);
    }
  });

  it('keeps a line that has no time', () => {
    assert.deepEqual(read([frame(1, 'no time\n')]), [{ text: 'no time', stream: 'stdout', at: '' }]);
  });
});
