/**
 * Stands as a string in a body's text where secret number `index` was cut out. NUL keeps it apart from anything the API
 * can hold in a string.
 */
export function holeMarker(index: number): string {
  return `\u0000{hole ${index}}`;
}
