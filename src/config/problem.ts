/** What is wrong with the configuration, and where. */

export interface ConfigProblem {
  /** The file, relative to the working folder where it lies below it. */
  file: string;
  /** From 1; 0 where the problem is the whole file or folder. */
  line: number;
  /** From 1; 0 where the problem is the whole file or folder. */
  column: number;
  /** Where in the data, like `apps.shop.hosts[0]`; empty for a whole file. */
  path: string;
  message: string;
}

/** One line: `config/apps.yml:3:12 apps.shop.hosts[0]: no host is called web-9`. */
export function describeProblem({ file, line, column, path, message }: ConfigProblem): string {
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  return path === '' ? `${place}: ${message}` : `${place} ${path}: ${message}`;
}

/** `apps.shop.hosts[0]`, from the keys and indexes that lead there. */
export function describePath(path: readonly PropertyKey[]): string {
  return path
    .map((key, depth) => (typeof key === 'number' ? `[${key}]` : `${depth === 0 ? '' : '.'}${String(key)}`))
    .join('');
}
