export function makeExample(folder: string, from?: string): void;
export function ensureExample(folder: string, from?: string): void;
