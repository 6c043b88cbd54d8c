/** The log: pino, static messages plus fields, every string through the scrubber. */
import pino from 'pino';
import type { Scrubber } from './secret.ts';

export type Log = pino.Logger;

/** A logger that writes JSON lines to `destination` (a file's path, or a file descriptor; 2 is stderr), with secrets scrubbed. */
export function createLog(options: {
  level?: string;
  destination?: string | number;
  scrubber: Scrubber;
}): Log {
  const destination = pino.destination({ dest: options.destination ?? 2, sync: true, mkdir: true });
  const scrubbed = { write: (line: string) => void destination.write(options.scrubber.text(line)) };
  return pino(
    {
      level: options.level ?? 'info',
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: pino.stdSerializers.err },
    },
    scrubbed,
  );
}
