/**
 * The reader of event streams. It is a file of its own, loaded when a stream is read, since most
 * screens are told by WebSocket and never need it.
 */
export { EventSourceParserStream } from "eventsource-parser/stream";
