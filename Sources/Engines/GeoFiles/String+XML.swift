extension String {
  /// The text where XML or HTML has text, or the value of an attribute in double quotes.
  package var escapedForXML: String {
    replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
      .replacing("\"", with: "&quot;")
  }

  /// The text that XML stands for, as ``escapedForXML`` writes it.
  var unescapedFromXML: String {
    replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&quot;", with: "\"")
      .replacing("&amp;", with: "&")
  }
}
