/** Whether data fits a JSON Schema (draft 2020-12, or draft-07 where it says so), told by where and what is expected, never by the value. */
import { createContext, Script } from 'node:vm';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { MusterError } from '../../errors.ts';

/** The most that is told of one piece of data. */
const TOLD = 5;

const OPTIONS = { allErrors: true, strict: false, validateFormats: false, logger: false } as const;

/** How long one look may take, ms; nothing else happens meanwhile. */
const LONGEST = 250;

/** For how long one that took longer is not asked again, ms: it is for each file, and all wait meanwhile. */
const RESTS = 5_000;

/** Schemas by name, each compiled once. */
export class Schemas {
  readonly #texts: Readonly<Record<string, string>>;
  readonly #known = new Map<string, ValidateFunction>();
  /** Those that took too long, until when they are not asked, and what was said of them. */
  readonly #resting = new Map<string, { until: number; error: MusterError }>();

  constructor(texts: Readonly<Record<string, string>>) {
    this.#texts = texts;
  }

  /** Throws `schema.bad` where a schema is none. */
  compile(name: string): ValidateFunction {
    const known = this.#known.get(name);
    if (known) return known;
    const text = Object.hasOwn(this.#texts, name) ? this.#texts[name] : undefined;
    if (text === undefined) throw new MusterError('template.unknown', { name, place: `templates/${name}` });
    try {
      const schema = JSON.parse(text) as { $schema?: string };
      // What validates later would let everything pass now.
      if (Object.hasOwn(schema, '$async')) throw new SyntaxError('$async');
      const old = `${schema.$schema}`.includes('draft-07');
      const validate = (old ? new Ajv(OPTIONS) : new Ajv2020(OPTIONS)).compile(schema);
      this.#known.set(name, validate);
      return validate;
    } catch (error) {
      throw new MusterError('schema.bad', { name, message: (error as Error).message.slice(0, 300) });
    }
  }

  /** Throws `schema.data` where data does not fit, `schema.bad` where a schema never comes to an end; what it finds of the values of `except`, which are not the real ones, does not count. */
  check(name: string, data: object, file: string, except: readonly string[] = []): void {
    const validate = this.compile(name);
    // Comparing goes by what every plain object has, which merged data has not.
    const resting = this.#resting.get(name);
    if (resting && performance.now() < resting.until) throw resting.error;
    try {
      if (inTime(name, () => validate(structuredClone(data)))) return;
    } catch (error) {
      this.#resting.set(name, { until: performance.now() + RESTS, error: error as MusterError });
      throw error;
    }
    const all = validate.errors ?? [];
    const masked = all.filter(({ instancePath }) => except.includes(nameOf(instancePath)));
    // What combines others fails with them.
    const errors = all.filter(
      (error) =>
        !masked.includes(error) &&
        !(masked.length > 0 && /^(?:anyOf|oneOf|allOf|if|not)$/.test(error.keyword)),
    );
    if (errors.length === 0) return;
    const problems = [...new Set(errors.map(told))].slice(0, TOLD).join('; ');
    throw new MusterError('schema.data', { file, name, problems });
  }
}

const work = { check: (): void => {} };
const context = createContext(work);
const script = new Script('check()');

/** What a check gives, with its time limit: a schema may hold itself, and an expression may go back and forth for ever. */
function inTime(name: string, check: () => boolean | PromiseLike<unknown>): boolean {
  let fits = false;
  work.check = () => {
    fits = check() === true;
  };
  try {
    script.runInContext(context, { timeout: LONGEST });
  } catch (error) {
    throw new MusterError('schema.bad', { name, message: (error as Error).message.slice(0, 300) });
  }
  return fits;
}

/** `/db/port` (RFC 6901) as a name of data. */
const nameOf = (path: string): string =>
  path.slice(1).replaceAll('/', '.').replaceAll('~1', '/').replaceAll('~0', '~');

/** `db.port must be integer`: ajv's words hold what the schema says, and nothing of the data. */
function told({ instancePath, message, params, keyword }: ErrorObject): string {
  const path = nameOf(instancePath);
  const allowed = (params as { allowedValues?: unknown[] }).allowedValues;
  const more = keyword === 'enum' && allowed ? `: ${JSON.stringify(allowed)}` : '';
  return `${path || '(data)'} ${message ?? keyword}${more}`;
}
