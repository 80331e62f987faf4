/** The parser of event streams: a separate file, since most logins use WebSocket and never load it. */
export { EventSourceParserStream } from "eventsource-parser/stream";
