/** What this browser can show. */

const H265 = 'video/mp4; codecs="hvc1.1.6.L120.90"';

export function showsH265(): boolean {
  const source =
    (window as { ManagedMediaSource?: typeof MediaSource }).ManagedMediaSource ?? window.MediaSource;
  return typeof source === "function" && source.isTypeSupported(H265);
}
