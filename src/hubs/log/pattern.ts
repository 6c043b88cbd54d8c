/** Regular expressions that strangers write: they get their time, and no more. */
import { createContext, Script } from 'node:vm';
import { MusterError } from '../../errors.ts';

/** How long one look through a block's messages may take, ms; nothing else happens meanwhile. */
const LONGEST = 250;

/** Says for each text whether the expression is found in it. Throws `logs.pattern` where it is none, or takes too long. */
export function patternOf(source: string): (texts: readonly string[]) => boolean[] {
  const expression = compiled(source);
  const work = { find: (): void => {} };
  const context = createContext(work);
  const script = new Script('find()');
  return (texts) => {
    const found: boolean[] = [];
    work.find = () => {
      for (const text of texts) found.push(expression.test(text));
    };
    try {
      // The time limit ends a search from within, also one that goes back and forth for ever.
      script.runInContext(context, { timeout: LONGEST });
    } catch (error) {
      throw new MusterError('logs.pattern', { pattern: source, slow: true }, { cause: error });
    }
    return found;
  };
}

function compiled(source: string): RegExp {
  try {
    return new RegExp(source, 'im');
  } catch (error) {
    throw new MusterError('logs.pattern', { pattern: source, slow: false }, { cause: error });
  }
}
