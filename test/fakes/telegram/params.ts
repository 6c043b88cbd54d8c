/** The parameters of one call, as lenient in their types as the real server: numbers and objects may come as text. */
import { bad } from './refusal.ts';

/** One uploaded file. */
export interface Upload {
  name: string;
  bytes: Buffer;
}

export class Params {
  readonly values: Record<string, unknown>;
  readonly files: Map<string, Upload>;

  constructor(values: Record<string, unknown>, files: Map<string, Upload> = new Map()) {
    this.values = values;
    this.files = files;
  }

  has(name: string): boolean {
    return (this.values[name] ?? '') !== '';
  }

  /** Text, empty when it is missing. */
  text(name: string): string {
    const value = this.values[name] ?? '';
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }

  /** A whole number, `otherwise` when it is missing or is none. */
  integer(name: string, otherwise = 0): number {
    const value = this.text(name);
    return /^[+-]?\d+$/.test(value) ? Number(value) : otherwise;
  }

  flag(name: string): boolean {
    return ['true', 'True', 'TRUE', '1'].includes(this.text(name));
  }

  /** An object or a list, given as such or as JSON text; undefined when it is missing. */
  json(name: string): unknown {
    if (!this.has(name)) return undefined;
    const value = this.values[name];
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value);
    } catch {
      throw bad(`can't parse ${name.replaceAll('_', ' ')} JSON object`);
    }
  }

  /** The file of a parameter: uploaded under its name, or attached under another one. */
  file(name: string): Upload | undefined {
    const [, attached] = /^attach:\/\/(.+)$/s.exec(this.text(name)) ?? [];
    return this.files.get(attached ?? name);
  }
}
