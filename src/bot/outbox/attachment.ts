/** What comes with a message: a text that does not fit it, plain in UTF-8 and its newest part where it is long, or a picture. */
import { messages } from '../../messages/messages.ts';
import { printable } from '../../shell.ts';

export interface Attachment {
  /** The file's name, like `shop-r-7k2m9xq4tz.log`. */
  name: string;
  /** Of a picture its bytes as base64. */
  text: string;
  /** Whether it is a picture (PNG), which chats show. */
  picture?: true;
}

/** What is sent. */
export const bytesOf = ({ text, picture }: Attachment): Buffer =>
  Buffer.from(text, picture ? 'base64' : 'utf8');

/** The most bytes of a file. */
export const MAX_FILE = 1_000_000;

/** The lines as a file of at most `MAX_FILE` bytes: the newest ones, with a first line that says how many are left out. */
export function attachment(name: string, lines: readonly string[]): Attachment {
  const clean = lines.flatMap((line) => line.split('\n')).map(printable);
  const note = (count: number) => messages().answers.runs.leftOut({ count });
  let room = MAX_FILE - Buffer.byteLength(note(clean.length)) - 1;
  let from = clean.length;
  while (from > 0) {
    room -= Buffer.byteLength(clean[from - 1] as string) + 1;
    if (room < 0) break;
    from -= 1;
  }
  const kept = [...(from > 0 ? [note(from)] : []), ...clean.slice(from)];
  return { name: name.replaceAll(/[^A-Za-z0-9._-]+/g, '-'), text: `${kept.join('\n')}\n` };
}
