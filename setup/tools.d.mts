export const TOOLS: Record<string, { package: string; why: string; anyOf?: string[] }>;
export const START_TOOLS: string[];
export const TEST_TOOLS: string[];
export function find(program: string, path?: string): string | undefined;
export function missing(tools: readonly string[]): string[];
export function installCommand(tools: readonly string[], sudo?: string): string;
