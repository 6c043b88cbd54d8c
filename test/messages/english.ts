/** Sentences in code: what people may read belongs into `src/messages/`, where each language has it. */
import { type Node, parseSync } from '@swc/core';

/** Where a sentence may stand, and why: all that fits what is given here. */
export interface Allowed {
  /** A path below the root, or the beginning of some. */
  of: string;
  /** What it is given to: `log.warn`, `new TypeError`, `examples`. */
  to?: RegExp;
  text?: string;
  why: string;
}

/** A text with `…` where a value goes, and what it is given to, the outermost first. */
interface Sentence {
  text: string;
  to: string[];
}

/** A word of a sentence, next to another word or a value. */
const WORD = /^["'(“]?(?:[A-Z]?[a-z’']{2,}|I)["').,:;!?”…]*$/;

/** All sentences of a module, in order. */
function sentences(source: string): Sentence[] {
  const found: Sentence[] = [];
  walk(parseSync(source, { syntax: 'typescript', target: 'es2022' }).body, [], found);
  return found.filter(({ text }) => isSentence(text));
}

/** Sentences at places that are not allowed, and allowed places without any, as `path: text`. */
export function stray(modules: ReadonlyMap<string, string>, allowed: readonly Allowed[]): string[] {
  const idle = new Set(allowed);
  const found = [...modules].flatMap(([path, source]) =>
    sentences(source).flatMap((sentence) => {
      const fitting = allowed.filter((may) => fits(path, sentence, may));
      for (const may of fitting) idle.delete(may);
      return fitting.length > 0 ? [] : [`${path}: ${sentence.text}`];
    }),
  );
  return [...found, ...[...idle].map(({ of, why }) => `${of}: has nothing that is allowed as: ${why}`)];
}

const fits = (path: string, { text, to }: Sentence, may: Allowed): boolean =>
  path.startsWith(may.of) &&
  (may.text ?? text) === text &&
  (may.to === undefined || to.some((name) => may.to?.test(name)));

/** Two words, or one beside a value; not a script, a command to type or a mark for machines. */
function isSentence(text: string): boolean {
  if (/redis\.call\(/.test(text) || /^\/[a-z]/.test(text)) return false;
  const words = text.trim().split(/\s+/);
  return words.length > 1 && words.some((word) => WORD.test(word));
}

function walk(node: unknown, to: string[], found: Sentence[]): void {
  if (Array.isArray(node)) for (const each of node) walk(each, to, found);
  if (Array.isArray(node) || typeof node !== 'object' || node === null) return;
  const { type } = node as Node;
  // Types and keys are not said to anybody.
  if (type === 'Computed') return;
  if (type === 'ImportDeclaration' || type?.startsWith('Ts')) {
    walk((node as { expression?: unknown }).expression, to, found);
    return;
  }
  if (type === 'StringLiteral') found.push({ text: (node as unknown as { value: string }).value, to });
  if (type === 'TemplateLiteral') {
    const { quasis } = node as unknown as { quasis: { cooked: string }[] };
    found.push({ text: quasis.map(({ cooked }) => cooked).join('…'), to });
  }
  const inner = [...to, ...nameOf(node as Named)];
  for (const [key, value] of Object.entries(node)) if (key !== 'span') walk(value, inner, found);
}

interface Named extends Node {
  callee?: Callee;
  key?: { value?: string };
}
interface Callee extends Node {
  value?: string;
  object?: Callee;
  property?: { value?: string };
}

/** What the texts inside are given to, where it has a name. */
function nameOf({ type, callee, key }: Named): string[] {
  if (type === 'NewExpression') return [`new ${callee?.value}`];
  if (type === 'CallExpression' && callee?.type === 'MemberExpression') {
    const { object, property } = callee;
    return [`${object?.value ?? object?.property?.value ?? ''}.${property?.value}`];
  }
  if (type === 'KeyValueProperty' && key?.value !== undefined) return [key.value];
  return [];
}
