/* The texts of the page, named as their files: put into the program by the build. */
#ifndef SHOW_EMBEDDED_H
#define SHOW_EMBEDDED_H

extern const char show_page_html[];
extern const char show_page_css[];
extern const char show_page_js[];
extern const char show_page_events_js[];

#endif
