package catalog

import (
	"fmt"
	"go/doc/comment"
	"go/parser"
	"go/token"
	"strings"
)

// Bullets are the pages that a package comment describes in a list whose items
// read "name: what it is". source is the file with the comment.
func Bullets(source string) ([]Page, error) {
	file, err := parser.ParseFile(token.NewFileSet(), "", source, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		return nil, fmt.Errorf("read a package comment: %w", err)
	}
	var pages []Page
	var p comment.Parser
	for _, block := range p.Parse(file.Doc.Text()).Content {
		list, ok := block.(*comment.List)
		if !ok {
			continue
		}
		for _, item := range list.Items {
			text := (&comment.Printer{TextWidth: -1}).Text(&comment.Doc{Content: item.Content})
			if name, doc, ok := strings.Cut(strings.TrimSpace(string(text)), ": "); ok {
				pages = append(pages, Page{Kind: name, Doc: doc})
			}
		}
	}
	return pages, nil
}
