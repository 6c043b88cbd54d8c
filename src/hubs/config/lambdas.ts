/** What a template may do with a rendered section, `{{#fn.upper}}…{{/fn.upper}}`: these and nothing else. */
export const LAMBDAS: Readonly<Record<string, (text: string) => string>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  trim: (text) => text.trim(),
  /** A JSON string with its quotes. */
  json: (text) => JSON.stringify(text),
  base64: (text) => Buffer.from(text).toString('base64'),
  url: (text) => encodeURIComponent(text),
  /** Two spaces before every line that is not empty. */
  indent: (text) => text.replace(/^(?=.)/gm, '  '),
};

/** The name that no data may have at its top. */
export const FUNCTIONS = 'fn';
