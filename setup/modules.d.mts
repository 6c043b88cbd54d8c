export const ROOT: string;
export function modulesAreFresh(folder: string): boolean;
export function ensureModules(folder?: string): void;
export function ensureBuild(): void;
export function hashOf(names: readonly string[], root?: string): string;
export function alone<T>(work: () => T | Promise<T>): Promise<T>;
