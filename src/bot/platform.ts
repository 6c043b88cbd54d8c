/** A chat platform: what comes in, and where answers go. Console, Telegram and Slack implement it; one conformance suite holds them to it. */

/** A place in a chat where something is said. */
export interface Place {
  platform: string;
  chat: string;
  thread?: string;
}

/** One line from a person. */
export interface Incoming extends Place {
  /** The platform's own delivery id: a redelivered message has the same. */
  id: string;
  /** The person's id on the platform, as the configuration's `identities` name it. */
  user: string;
  text: string;
}

/** A message that can be edited. */
export interface Posted {
  place: Place;
  /** The platform's id of the message. */
  message: string;
}

export interface Platform {
  name: string;
  /** Where it tells what nobody asked for in a chat: what became of a schedule. */
  home?: Place;
  /** Starts to listen; `receive` resolves when the line has been taken over for good. */
  open(receive: (incoming: Incoming) => Promise<void>): Promise<void>;
  /** Says something new. */
  post(place: Place, lines: string[]): Promise<Posted>;
  /** Replaces what was said; `final` when it will not change any more. */
  edit(posted: Posted, lines: string[], final: boolean): Promise<void>;
  close(): Promise<void>;
}
