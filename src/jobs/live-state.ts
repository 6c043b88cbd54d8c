/** Live state a step may write after it ran: the app's generations, say. A tiny view on Redis hashes. */
export interface LiveState {
  get(family: string, key: string): Promise<unknown>;
  set(family: string, key: string, value: unknown): Promise<void>;
  remove(family: string, key: string): Promise<void>;
  all(family: string): Promise<Record<string, unknown>>;
}
