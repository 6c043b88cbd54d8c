/** What a step needs of an earlier one that may be gone by now: a retry comes later, and old generations are removed. */
import { MusterError } from '../../errors.ts';

/** The value; rejects with `app.gone` where there is none. */
export async function found<T>(
  host: string,
  app: string,
  generation: string,
  what: string,
  looking: Promise<T | undefined | false>,
): Promise<T> {
  const value = await looking;
  if (value === undefined || value === false) {
    throw new MusterError('app.gone', { host, app, generation, message: what });
  }
  return value;
}
