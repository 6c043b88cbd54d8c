/** Which files were written where, as the steps noted it. State family `files/written`. */
import { z } from 'zod';
import type { LiveState } from '../step.ts';

export const WRITTEN = 'files/written';

const Written = z.object({ file: z.string(), at: z.string(), run: z.string() });

/** A file that was written on a host: when (UTC, ISO 8601), and in which run. */
export interface Written extends z.output<typeof Written> {
  host: string;
  path: string;
}

export async function writtenFiles(state: LiveState): Promise<Written[]> {
  return Object.entries(await state.all(WRITTEN)).flatMap(([name, value]) => {
    const { data } = Written.safeParse(value);
    const [host = '', path = ''] = name.split(/ (.*)/s);
    return data ? [{ ...data, host, path }] : [];
  });
}
