export function bundleClient(dist: string): void;
