"""Pages of `visits`: glue between request, queryset, pure function and template."""
