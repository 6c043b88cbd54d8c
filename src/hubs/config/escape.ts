/** How a value is written into a file, by the file's format: it stays one value there, whatever is in it. */

/** `none` writes it as it is; the others are named for the format of the file. */
export const ESCAPES = ['none', 'html', 'json', 'shell', 'ini'] as const;
export type Escape = (typeof ESCAPES)[number];

const HTML: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** The inside of a JSON string, which is also that of a YAML or TOML string in double quotes. */
const json = (text: string): string =>
  JSON.stringify(text).slice(1, -1).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

/** One word for a POSIX shell, in quotes of its own. */
const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A value ends where its line does. */
const ini = (text: string): string | undefined => (/[\r\n\0]/.test(text) ? undefined : text);

/** A value as it is to stand in the file; undefined where the format cannot say it. */
export const escapeAs: Record<Escape, (text: string) => string | undefined> = {
  none: (text) => text,
  html: (text) => text.replace(/[&<>"']/g, (sign) => HTML[sign] as string),
  json,
  shell: (text) => (text.includes('\0') ? undefined : shell(text)),
  ini,
};
