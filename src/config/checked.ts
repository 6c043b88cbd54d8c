/** Texts that are checked by more than their characters. */
import picomatch from 'picomatch';
import { z } from 'zod';
import { messages } from '../messages/messages.ts';

/** A string for which `problem` finds nothing wrong; its words are the message. */
export const checked = (problem: (text: string) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = problem(text);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

const globProblem = (glob: string): string | undefined => {
  try {
    if (/\{[^}]*$|^[^{]*\}/.test(glob)) throw new Error(messages().config.globBraces);
    picomatch.makeRe(glob, { strictBrackets: true, debug: true });
    return undefined;
  } catch (error) {
    return messages().config.notGlob({ message: `${(error as Error).message.split(' - use')[0]}` });
  }
};

/** A host, or `label:NAME` for all that carry it. */
export const HostSelector = z
  .string()
  .regex(/^(?:label:[a-z0-9][a-z0-9.-]*|[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/, {
    error: () => messages().config.hostOrLabel,
  });

/** A glob over command names or scopes, like `deploy`, `app/*`, `host/web-*`. */
export const Glob = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[a-z0-9*?/[\]{},!._-]+$/, { error: () => messages().config.globLetters })
  .pipe(checked(globProblem));
