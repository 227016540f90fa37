"""Pages of `statements`: glue between request, queryset, pure function and template."""
