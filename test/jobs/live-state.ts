/** Live state as long as a test takes; values go through JSON, as in Redis. */
import type { LiveState } from '../../src/jobs/step.ts';

export function liveState(): LiveState {
  const families = new Map<string, Map<string, string>>();
  const of = (family: string) => {
    const found = families.get(family) ?? new Map<string, string>();
    families.set(family, found);
    return found;
  };
  return {
    get: async (family, key) => {
      const text = of(family).get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    set: async (family, key, value) => void of(family).set(key, JSON.stringify(value)),
    remove: async (family, key) => void of(family).delete(key),
    all: async (family) => Object.fromEntries([...of(family)].map(([key, text]) => [key, JSON.parse(text)])),
  };
}
