// A style sheet for a shadow root. Made by script and adopted, which a content security policy allows that
// forbids style elements and attributes.

export function sheetOf(text: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return sheet;
}
